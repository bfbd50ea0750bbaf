"""Parameters and nominal curves of the response families, which the idealized devices and AIHWKIT's share.

A curve is the pair q₊(w), q₋(w) of `Device.responses`: shares of the change that is asked for, w of any shape.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from analogbench.api import Params, param

if TYPE_CHECKING:
    from torch import Tensor

NOMINAL: Mapping[str, Any] = MappingProxyType(
    {
        "dw_min_dtod": 0.0,
        "dw_min_std": 0.0,
        "w_max_dtod": 0.0,
        "w_min_dtod": 0.0,
        "up_down_dtod": 0.0,
        "is_perfect": True,
    }
)
"""Of every pulsed device, the parameters without noise and variation."""


class SoftBoundsCurve(Params):
    """What AIHWKIT's SoftBoundsReference has besides."""

    mult_noise: bool = param(False, "cycle-to-cycle noise scales with the step instead of dw_min")
    slope_up_dtod: float = param(
        0.0, "spread of the upward slope, which scales the upper bound", ge=0, stackable=True, unit="1"
    )
    slope_down_dtod: float = param(
        0.0, "spread of the downward slope, which scales the lower bound", ge=0, stackable=True, unit="1"
    )
    reference_mean: float = param(
        0.0, "mean of the reference conductance that is subtracted", stackable=True, unit="weight"
    )
    reference_std: float = param(0.0, "spread of the reference conductance", ge=0, stackable=True, unit="weight")
    subtract_symmetry_point: bool = param(False, "subtract each crosspoint's symmetric point")


class LinearStepCurve(Params):
    """What AIHWKIT's LinearStep has besides."""

    gamma_up: float = param(0.0, "decrease of the up step from w = 0 to the bound, relative", stackable=True, unit="1")
    gamma_down: float = param(
        0.0, "decrease of the down step from w = 0 to the bound, relative", stackable=True, unit="1"
    )
    gamma_up_dtod: float = param(0.05, "device-to-device spread of gamma_up", ge=0, stackable=True, unit="1")
    gamma_down_dtod: float = param(0.05, "device-to-device spread of gamma_down", ge=0, stackable=True, unit="1")
    mult_noise: bool = param(True, "cycle-to-cycle noise scales with the step instead of dw_min")


class ExpStepCurve(Params):
    """What AIHWKIT's ExpStep has besides."""

    A_up: float = param(0.00081, "A₊", stackable=True, unit="1")
    A_down: float = param(0.36833, "A₋", stackable=True, unit="1")
    gamma_up: float = param(12.44625, "γ₊", stackable=True, unit="1")
    gamma_down: float = param(12.78785, "γ₋", stackable=True, unit="1")
    a: float = param(0.244, "slope of z = 2a·w/(w_max − w_min) + b", stackable=True, unit="1")
    b: float = param(0.2425, "offset of z", stackable=True, unit="1")


class PowStepCurve(Params):
    """What AIHWKIT's PowStep has besides."""

    pow_gamma: float = param(1.0, "exponent γ of both curves", stackable=True, unit="1")
    pow_gamma_dtod: float = param(
        0.1, "device-to-device spread of the exponent, relative", ge=0, stackable=True, unit="1"
    )
    pow_up_down: float = param(0.0, "relative difference of the exponents up and down", stackable=True, unit="1")
    pow_up_down_dtod: float = param(0.0, "device-to-device spread of that difference", ge=0, stackable=True, unit="1")


def soft_bounds(p: Any, w: Tensor) -> tuple[Tensor, Tensor]:
    """1 ∓ v/τ, v = w + reference, times each side's scale (SoftBoundsReference)."""
    up, down = scales(p)
    shift = p.reference_mean + (p.tau * (up - down) / (up + down) if p.subtract_symmetry_point else 0.0)
    return up * (1.0 - (w + shift) / p.tau), down * (1.0 + (w + shift) / p.tau)


def linear_step(p: Any, w: Tensor) -> tuple[Tensor, Tensor]:
    """1 ∓ γw/τ, times each side's scale (LinearStep, which takes |γ|)."""
    up, down = scales(p)
    return up * (1.0 - abs(p.gamma_up) * w / p.tau), down * (1.0 + abs(p.gamma_down) * w / p.tau)


def constant_step(p: Any, w: Tensor) -> tuple[Tensor, Tensor]:
    """Each side's scale (ConstantStep)."""
    up, down = scales(p)
    return up + 0.0 * w, down + 0.0 * w


def exp_step(p: Any, w: Tensor) -> tuple[Tensor, Tensor]:
    """max(1 − A·e^(γz), 0), z = a·w/τ + b, downward with −z, times each side's scale (ExpStep); in units of the step
    downward at w = 0, with which trains are planned."""
    up, down = scales(p)
    z = p.a * w / p.tau + p.b
    unit = down * max(1.0 - p.A_down * math.exp(-p.gamma_down * p.b), 0.0) or 1.0
    rise = 1.0 - p.A_up * (p.gamma_up * z).exp()
    fall = 1.0 - p.A_down * (-p.gamma_down * z).exp()
    return up * rise.clamp(min=0.0) / unit, down * fall.clamp(min=0.0) / unit


def pow_step(p: Any, w: Tensor) -> tuple[Tensor, Tensor]:
    """((τ − w)/2τ)^γ₊ and ((τ + w)/2τ)^γ₋, times each side's scale (PowStep); in units of a step of exponent γ at
    w = 0, with which trains are planned."""
    up, down = scales(p)
    rise, fall = (1.0 + min(p.pow_up_down, 0.0)) * p.pow_gamma, (1.0 - max(p.pow_up_down, 0.0)) * p.pow_gamma
    room = (0.5 - 0.5 * w / p.tau).clamp(min=0.0), (0.5 + 0.5 * w / p.tau).clamp(min=0.0)
    return up * room[0] ** abs(rise) / 0.5**p.pow_gamma, down * room[1] ** abs(fall) / 0.5**p.pow_gamma


def scales(p: Any) -> tuple[float, float]:
    """Nominal steps up and down at full response, in units of dw_min."""
    return 1.0 + min(p.up_down, 0.0), 1.0 - max(p.up_down, 0.0)
