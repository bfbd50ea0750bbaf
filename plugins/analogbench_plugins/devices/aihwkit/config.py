"""AIHWKIT's configuration objects from parameters; imports AIHWKIT."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Any

from aihwkit.simulator.configs import (
    IOParameters,
    MappingParameter,
    SingleRPUConfig,
    UnitCellRPUConfig,
    UpdateParameters,
)
from aihwkit.simulator.configs.compounds import UnitCell
from aihwkit.simulator.parameters import enums

from analogbench_plugins.devices.aihwkit.params import KitParams

ENUMS: dict[str, type[Enum]] = {
    "mv_type": enums.AnalogMVType,
    "noise_management": enums.NoiseManagementType,
    "bound_management": enums.BoundManagementType,
    "w_noise_type": enums.WeightNoiseType,
    "pulse_type": enums.PulseType,
}
RENAMED = {"res": "update_res", "sto_round": "update_sto_round"}


def device_config(kind: type[Any], params: Any, replica: int, seed: int) -> Any:
    """An AIHWKIT device of class `kind`: its fields that `params` has, ±tau as bounds, and the seed of its instance."""
    fields = {field.name for field in dataclasses.fields(kind)}
    given = {name: number(getattr(params, name), replica) for name in fields if hasattr(params, name)}
    if hasattr(params, "tau"):
        given |= {"w_max": number(params.tau, replica), "w_min": -number(params.tau, replica)}
    return kind(**given, construction_seed=seed)


def io_config(params: KitParams, *, backward: bool = False) -> IOParameters:
    """Converters of forward or backward products."""
    values = {name: getattr(params, name) for name in _names(IOParameters, params)}
    if backward:
        own = {name: getattr(params, f"backward_{name}") for name in values}
        values |= {name: value for name, value in own.items() if value is not None}
    return IOParameters(**{name: _enum(name, value) for name, value in values.items()})


def update_config(params: KitParams) -> UpdateParameters:
    """Pulse trains."""
    values = {name: getattr(params, name) for name in _names(UpdateParameters, params)}
    values |= {name: getattr(params, ours) for name, ours in RENAMED.items()}
    return UpdateParameters(**{name: _enum(name, value) for name, value in values.items()})


def mapping_config(params: KitParams) -> MappingParameter:
    """Scales of the weights; layers are cut, and bias and out-scale added, outside of the tile."""
    values = {name: getattr(params, name) for name in _names(MappingParameter, params)}
    return MappingParameter(**values | {"max_input_size": 0, "max_output_size": 0})


def tile_config(device: Any, params: KitParams) -> Any:
    """The configuration of a tile of one device."""
    kind = UnitCellRPUConfig if isinstance(device, UnitCell) else SingleRPUConfig
    return kind(
        device=device,
        forward=io_config(params),
        backward=io_config(params, backward=True),
        update=update_config(params),
        mapping=mapping_config(params),
    )


def number(value: Any, replica: int) -> Any:
    """A plain number from a parameter that may be a (R, 1, 1) tensor."""
    return value[replica].item() if hasattr(value, "item") else value


def _names(kind: type[Any], params: KitParams) -> list[str]:
    return [field.name for field in dataclasses.fields(kind) if hasattr(params, field.name)]


def _enum(name: str, value: Any) -> Any:
    return ENUMS[name][value.upper()] if name in ENUMS else value
