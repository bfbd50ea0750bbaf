"""Names and defaults are AIHWKIT's own."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Any, get_args

import pytest
from aihwkit.simulator.configs import IOParameters, MappingParameter, SingleRPUConfig, UpdateParameters
from aihwkit.simulator.presets.utils import PresetIOParameters, PresetUpdateParameters
from analogbench_plugins.devices.aihwkit.build import kind_of
from analogbench_plugins.devices.aihwkit.config import ENUMS, io_config, mapping_config, update_config
from analogbench_plugins.devices.aihwkit.families import FAMILIES
from analogbench_plugins.devices.aihwkit.params import KitParams, PresetParams
from analogbench_plugins.devices.aihwkit.presets import PRESETS

from analogbench.api import Device

OURS = {"max_input_size": 0, "max_output_size": 0}
"""Layers are cut outside of the tile."""


UNUSED = {"reset", "reset_std", "reset_dtod", "drift", "count_pulses", "apply_write_noise_on_set"}
"""What nothing in training uses, or what exists on CUDA only."""


def values(config: Any) -> dict[str, Any]:
    return {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}


@pytest.mark.parametrize(
    ("params", "io", "update"),
    [
        (KitParams(), IOParameters(), UpdateParameters()),
        (PresetParams(), PresetIOParameters(), PresetUpdateParameters()),
    ],
    ids=["families", "presets"],
)
def test_defaults(params: KitParams, io: IOParameters, update: UpdateParameters) -> None:
    assert values(io_config(params)) == values(io_config(params, backward=True)) == values(io)
    assert values(update_config(params)) == values(update)
    assert values(mapping_config(params)) == values(MappingParameter()) | OURS


@pytest.mark.parametrize("device", FAMILIES, ids=lambda d: d.name)
def test_defaults_of_the_families(device: type[Device]) -> None:
    params, kind = device.Params(), kind_of(device.kit_name)()
    known = {name: value for name, value in values(kind).items() if hasattr(params, name)}
    assert {name: getattr(params, name) for name in known} == known
    assert (params.tau, -params.tau) == (kind.w_max, kind.w_min)
    not_offered = values(kind).keys() - known.keys() - {"w_max", "w_min", "construction_seed"}
    assert not_offered <= UNUSED


def test_all_there_is_can_be_set_by_name() -> None:
    """Each IO, update and mapping field that AIHWKIT has, forward and backward, arrives in its configuration."""
    for field in dataclasses.fields(IOParameters):
        value = _another(field.name, getattr(IOParameters(), field.name))
        text = value.name.lower() if isinstance(value, Enum) else value
        free = {"noise_management": "none"} if field.name == "inp_bound" else {}
        assert getattr(io_config(KitParams(**{field.name: text, **free})), field.name) == value
        free = {f"backward_{name}": given for name, given in free.items()}
        only = KitParams(**{f"backward_{field.name}": text, **free})
        assert getattr(io_config(only, backward=True), field.name) == value
        assert values(io_config(only)) == values(IOParameters())
    names = {field.name for field in dataclasses.fields(UpdateParameters)} - {"res", "sto_round", "d_sparsity"}
    assert names <= KitParams.model_fields.keys()


def test_every_value_of_an_enumeration_makes_a_tile_and_no_other_would() -> None:
    for name, enumeration in ENUMS.items():
        offered = get_args(KitParams.model_fields[name].annotation)
        for text in (member.name.lower() for member in enumeration):
            config = SingleRPUConfig()
            setattr(config.update if name == "pulse_type" else config.forward, name, enumeration[text.upper()])
            made = True
            try:
                config.tile_class(2, 3, config, bias=False)
            except AttributeError:  # AIHWKIT's C++ part does not have all of its Python part
                made = False
            assert made == (text in offered), f"{name}={text}"


def test_inputs_are_scaled_to_one_or_not_at_all() -> None:
    with pytest.raises(ValueError, match="inp_bound must be 1 unless noise_management is none"):
        KitParams(inp_bound=2.0)
    with pytest.raises(ValueError, match="backward_inp_bound must be 1 unless backward_noise_management is none"):
        KitParams(backward_inp_bound=2.0)
    assert KitParams(inp_bound=2.0, noise_management="none").inp_bound == 2.0


def test_every_preset_of_a_training_device_is_there() -> None:
    from aihwkit.simulator.presets import compounds, devices

    known = {name for module in (devices, compounds) for name in vars(module) if "Preset" in name}
    known -= {"PresetIOParameters", "PresetUpdateParameters", "PCMPresetDevice"}  # a pair of the last makes a weight
    assert {device.kit_name for device in PRESETS} == known


def _another(name: str, value: Any) -> Any:
    if isinstance(value, Enum):
        offered = get_args(KitParams.model_fields[name].annotation)
        return type(value)[next(text for text in offered if text.upper() != value.name).upper()]
    return not value if isinstance(value, bool) else value + 1
