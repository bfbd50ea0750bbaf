"""Device-to-device variation: the constants of every crosspoint, drawn once when an array is made.

The distributions are those of AIHWKIT's pulsed devices; ξ is a standard normal number of its own each time.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from analogbench.api.streams import Streams
from analogbench.crossbar.response import (
    CURVE_DOWN,
    CURVE_UP,
    PLANES,
    REFERENCE,
    SCALE_DOWN,
    SCALE_UP,
    W_MAX,
    W_MIN,
)

Number = Tensor | float
"""A number for all replicas, or a (R, 1, 1) tensor."""


@dataclass(frozen=True)
class Spread:
    """Nominal values and relative standard deviations of an array's crosspoints.

    tau: nominal bounds are ±tau. dw_min: nominal step at w = 0. *_dtod: relative spread over crosspoints. up_down:
    relative difference between up and down steps; it moves the symmetric point. slope_*_dtod: spread of the slopes
    of soft bounds, which scales the bounds. reference_mean, reference_std: the conductance that is subtracted to
    get the weight. subtract_symmetry_point: also subtract each crosspoint's symmetric point (of soft bounds), so
    that it lies at w = 0.
    """

    tau: Number
    dw_min: Number
    w_max_dtod: Number = 0.0
    w_min_dtod: Number = 0.0
    dw_min_dtod: Number = 0.0
    dw_min_dtod_log_normal: bool = False
    up_down: Number = 0.0
    up_down_dtod: Number = 0.0
    slope_up_dtod: Number = 0.0
    slope_down_dtod: Number = 0.0
    reference_mean: Number = 0.0
    reference_std: Number = 0.0
    subtract_symmetry_point: bool = False


def draw_planes(shape: tuple[int, int, int], spread: Spread, streams: Streams) -> Tensor:
    """Draw the planes of R arrays, (PLANES, R, outputs, inputs); the planes of the curve are left at zero.

    w_max = |τ(1 + w_max_dtod·ξ)|, w_min likewise; gain = 1 + dw_min_dtod·ξ (or log-normal), r = up_down_dtod·ξ;
    scale₊ = |min(u, 0) + gain + r|·dw_min, scale₋ = |−max(u, 0) + gain − r|·dw_min.
    """
    r, outputs, inputs = shape

    def xi(name: str) -> Tensor:
        return streams.normal(name, outputs, inputs)

    planes = torch.zeros(PLANES, r, outputs, inputs, device=streams.device)
    planes[W_MAX] = (spread.tau * (1.0 + spread.w_max_dtod * xi("w_max"))).abs()
    planes[W_MIN] = -(spread.tau * (1.0 + spread.w_min_dtod * xi("w_min"))).abs()
    gain = (
        torch.exp(spread.dw_min_dtod * xi("dw_min"))
        if spread.dw_min_dtod_log_normal
        else (1.0 + spread.dw_min_dtod * xi("dw_min"))
    )
    ratio = spread.up_down_dtod * xi("up_down")
    up_down = torch.as_tensor(spread.up_down, device=streams.device)
    planes[SCALE_UP] = (up_down.clamp(max=0.0) + gain + ratio).abs() * spread.dw_min
    planes[SCALE_DOWN] = (gain - ratio - up_down.clamp(min=0.0)).abs() * spread.dw_min
    planes[W_MAX] /= (1.0 + spread.slope_up_dtod * xi("slope_up")).abs()
    planes[W_MIN] /= (1.0 + spread.slope_down_dtod * xi("slope_down")).abs()
    planes[REFERENCE] = spread.reference_mean + spread.reference_std * xi("reference")
    if spread.subtract_symmetry_point:
        planes[REFERENCE] += soft_bounds_symmetric_point(planes)
    return planes


def soft_bounds_symmetric_point(planes: Tensor) -> Tensor:
    """Where up and down steps of soft bounds are equal: (s₊ − s₋)/(s₊/w_max − s₋/w_min), (R, outputs, inputs)."""
    up, down = planes[SCALE_UP], planes[SCALE_DOWN]
    return (up - down) / (up / planes[W_MAX] - down / planes[W_MIN])


def soft_bounds_slopes(planes: Tensor) -> Tensor:
    """Fill in the slopes that make each crosspoint's steps vanish at its own bounds; returns `planes`."""
    planes[CURVE_UP] = -planes[SCALE_UP] / planes[W_MAX]
    planes[CURVE_DOWN] = -planes[SCALE_DOWN] / planes[W_MIN]
    return planes


def linear_slopes(planes: Tensor, gamma_up: Tensor, gamma_down: Tensor, tau: Number) -> Tensor:
    """Slopes −γ₊·scale₊/τ and +γ₋·scale₋/τ relative to the nominal bounds (AIHWKIT's LinearStep); returns `planes`.

    gamma_up, gamma_down: (R, outputs, inputs).
    """
    planes[CURVE_UP] = -gamma_up * planes[SCALE_UP] / tau
    planes[CURVE_DOWN] = gamma_down * planes[SCALE_DOWN] / tau
    return planes
