"""Builds tiles of AIHWKIT: of one device, and of the compounds that AIHWKIT has for training rules; imports AIHWKIT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from aihwkit.simulator import configs, presets
from aihwkit.simulator.configs.devices import PulsedDevice
from aihwkit.simulator.configs.helpers import build_config
from aihwkit.simulator.parameters.enums import RPUDataType
from torch import Tensor

from analogbench.api import Compound, MakeContext, TileContext
from analogbench.crossbar.preset import column
from analogbench.crossbar.pulses import PulseSettings
from analogbench_plugins.devices.aihwkit.config import (
    device_config,
    io_config,
    mapping_config,
    number,
    tile_config,
    update_config,
)
from analogbench_plugins.devices.aihwkit.params import KitParams
from analogbench_plugins.devices.aihwkit.tile import Counting, KitTile

Shape = tuple[int, int, int]

COMPOUNDS = ("ttv1",)
"""The rules for which `build_config` makes a compound here."""


def kind_of(name: str) -> type[Any]:
    """The class of an AIHWKIT device or preset by its name."""
    kind: type[Any] = getattr(configs, name, None) or getattr(presets, name)
    return kind


def has_compound(kind: type[Any], params: KitParams, compound: Compound | None) -> bool:
    """Whether AIHWKIT can run the rule on devices of class `kind`.

    Its compounds are made of plain pulsed devices, and without pulses they do not transfer.
    """
    if compound is None or compound.rule not in COMPOUNDS:
        return False
    return issubclass(kind, PulsedDevice) and not params.pulse_type.startswith("none")


def single_tile(kind: type[Any], params: KitParams, shape: Shape, context: TileContext) -> KitTile:
    """R arrays of one device."""
    devices = [device_config(kind, params, r, seed) for r, seed in enumerate(_seeds(context))]
    tiles = [_make(tile_config(device, params), shape, context) for device in devices]
    granularity = torch.tensor([_granularity(device) for device in devices])
    counting = _counting(params, column(granularity.reshape(-1, 1, 1), shape[0], context.torch_device))
    return KitTile(shape, tiles, counting, context.torch_device)


def compound_tile(
    kind: type[Any], params: KitParams, compound: Compound, shape: Shape, make_context: MakeContext
) -> KitTile:
    """R compounds whose arrays are the instances that the composed rule would have."""
    arrays = [single_tile(kind, params, shape, make_context(name)) for name in compound.arrays]
    context = make_context(compound.rule)
    tiles = []
    for r in range(shape[0]):
        tile = _make(compound_config(kind, params, compound, r), shape, context)
        _adopt(tile, [array.tiles[r] for array in arrays])
        tiles.append(tile)
    return KitTile(shape, tiles, None, context.torch_device)


def _adopt(compound: Any, arrays: Sequence[Any]) -> None:
    """Give a compound the crosspoints of single tiles; AIHWKIT would draw those of all its devices from one seed."""
    hidden = compound.get_hidden_parameters()
    for index, array in enumerate(arrays):
        own = array.get_hidden_parameters()
        hidden.update({f"{name}_{index}": value for name, value in own.items() if f"{name}_{index}" in hidden})
    # AIHWKIT may then take the mean step of these crosspoints for the one that plans pulse trains; it stays nominal.
    planned = {name: value for name, value in compound.tile.dump_extra().items() if name.endswith("weight_granularity")}
    compound.set_hidden_parameters(hidden)
    compound.tile.load_extra(planned, False)


def _counting(params: KitParams, granularity: Tensor) -> Counting | None:
    """How pulses are counted; None where the trains are not those of `crossbar.pulses`, or weights are scaled."""
    plain = params.fixed_bl and params.um_grad_scale == 1.0 and params.weight_scaling_omega == 0.0
    if not plain or not params.pulse_type.startswith("stochastic"):
        return None
    return Counting(
        granularity, PulseSettings(params.desired_bl, params.update_management, params.update_bl_management)
    )


def compound_config(kind: type[Any], params: KitParams, compound: Compound, replica: int) -> Any:
    """What `build_config` makes, with the rule's settings."""
    config = build_config(
        compound.rule,
        device=device_config(kind, params, replica, seed=0),
        io_parameters=io_config(params),
        up_parameters=update_config(params),
        mapping=mapping_config(params),
    )
    config.backward = io_config(params, backward=True)
    for name, value in compound.settings.items():
        setattr(config.device, name, number(value, replica))
    # From AIHWKIT 1.2 on, the fast array's rate would be multiplied by the learning rate.
    if hasattr(config.device, "scale_fast_lr"):
        config.device.scale_fast_lr = False
    return config


def _make(config: Any, shape: Shape, context: TileContext) -> Any:
    tile = config.tile_class(shape[1], shape[2], config, bias=False)
    tile.set_weights(torch.zeros(shape[1:]))  # AIHWKIT starts at random weights
    return tile.cuda(context.torch_device) if context.torch_device.type == "cuda" else tile


def _seeds(context: TileContext) -> list[int]:
    """A construction seed for each replica's instance; 0 would mean a random one to AIHWKIT."""
    return [key % (2**31 - 1) + 1 for key in context.streams.keys("instance").tolist()]


def _granularity(device: Any) -> float:
    """The step at w = 0 with which AIHWKIT plans pulse trains; dw_min on most devices."""
    return float(device.as_bindings(RPUDataType.FLOAT).calc_weight_granularity())
