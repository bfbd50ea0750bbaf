"""Turns a live AIHWKIT tile into an idealized array with the same crosspoints.

AIHWKIT tells the constants of every crosspoint (`get_hidden_parameters`) and the step on which it bases its pulse
trains (`dump_extra`, weight_granularity), so that nothing has to be drawn again.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from analogbench.crossbar.array import Array
from analogbench.crossbar.periphery import Periphery
from analogbench.crossbar.pulses import PulseSettings
from analogbench.crossbar.response import (
    CURVE_DOWN,
    CURVE_UP,
    EXPONENTIAL,
    LINEAR,
    PLANES,
    POWER,
    REFERENCE,
    SCALE_DOWN,
    SCALE_UP,
    W_MAX,
    W_MIN,
    Response,
)
from analogbench.errors import PluginError

_ALWAYS = {W_MAX: "max_bound", W_MIN: "min_bound", SCALE_UP: "dwmin_up", SCALE_DOWN: "dwmin_down"}

KINDS = {
    "SoftBoundsReferenceDevice": LINEAR,
    "ConstantStepDevice": LINEAR,
    "LinearStepDevice": LINEAR,
    "SoftBoundsDevice": LINEAR,
    "ExpStepDevice": EXPONENTIAL,
    "PowStepDevice": POWER,
}
"""The kind of response of each AIHWKIT device."""


def array_of(tile: Any, replicas: int, part: int | None = None) -> Array:
    """R copies of the crosspoints of an AIHWKIT tile, all weights zero.

    part: which array of a compound, 0 the fast one. The array's dw_min, on which the length of pulse trains depends,
    is AIHWKIT's weight granularity: for compounds the mean over all devices where the fast one is updated.
    """
    device = tile.rpu_config.device if part is None else tile.rpu_config.device.unit_cell_devices[part]
    planes = _planes(tile, type(device).__name__, "" if part is None else f"_{part}")
    shape = (replicas, *planes.shape[2:])
    write_noise = getattr(device, "write_noise_std", 0.0) * device.dw_min
    return Array(
        shape,
        planes.repeat(1, replicas, 1, 1),
        _response(device, replicas),
        column(granularity(tile, part), replicas),
        column(device.dw_min_std, replicas),
        column(write_noise, replicas) if write_noise else None,
    )


def _planes(tile: Any, name: str, suffix: str) -> Tensor:
    """(PLANES, 1, outputs, inputs)."""
    hidden = tile.get_hidden_parameters()
    planes = torch.zeros(PLANES, 1, *hidden[f"max_bound{suffix}"].shape)
    for plane, key in _ALWAYS.items():
        planes[plane, 0] = hidden[key + suffix]
    if name == "SoftBoundsReferenceDevice":
        planes[REFERENCE, 0] = hidden[f"reference{suffix}"]
        planes[CURVE_UP] = -planes[SCALE_UP] / planes[W_MAX]
        planes[CURVE_DOWN] = -planes[SCALE_DOWN] / planes[W_MIN]
    for key, plane in (("up", CURVE_UP), ("down", CURVE_DOWN)):
        for constant in (f"slope_{key}{suffix}", f"gamma_{key}{suffix}"):
            if constant in hidden:
                planes[plane, 0] = hidden[constant]
    return planes


def _response(device: Any, replicas: int) -> Response:
    name = type(device).__name__
    if name not in KINDS:
        raise PluginError(f"no idealized response is known for AIHWKIT's {name}; known: {', '.join(KINDS)}")
    if KINDS[name] == EXPONENTIAL:
        constants = [device.A_up, device.A_down, device.gamma_up, device.gamma_down, device.a, device.b]
        return Response(EXPONENTIAL, torch.tensor([constants]).repeat(replicas, 1))
    return Response(KINDS[name], torch.zeros(replicas, 1), additive_noise=not getattr(device, "mult_noise", True))


def granularity(tile: Any, part: int | None = None) -> float:
    """The step on which AIHWKIT bases pulse trains; the fast array of a compound uses the compound's own."""
    middle = f".{part}" if part else ""
    return float(tile.tile.dump_extra()[f"rpu.rpu_device{middle}.weight_granularity"][0])


def settings_of(update: Any) -> PulseSettings:
    """AIHWKIT's UpdateParameters; there, BL management switches update management on."""
    management = update.update_management or update.update_bl_management
    return PulseSettings(update.desired_bl, management, update.update_bl_management)


def periphery_of(io: Any, replicas: int) -> Periphery:
    """AIHWKIT's IOParameters."""
    return Periphery(
        perfect=io.is_perfect,
        out_noise=column(io.out_noise, replicas),
        w_noise=column(io.w_noise, replicas) if io.w_noise else None,
        inp_bound=io.inp_bound,
        inp_res=io.inp_res,
        out_bound=io.out_bound,
        out_res=io.out_res,
        noise_management=io.noise_management.name == "ABS_MAX",
        bound_management=io.bound_management.name == "ITERATIVE",
        max_bm_factor=float(io.max_bm_factor),
        max_bm_res=io.max_bm_res,
    )


def column(value: float, replicas: int) -> Tensor:
    """(R, 1, 1)"""
    return torch.full((replicas, 1, 1), float(value))
