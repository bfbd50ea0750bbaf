"""The curves of `analogbench.crossbar.response` for one crosspoint, for use inside numba kernels."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.crossbar.response import EXPONENTIAL, LINEAR, POWER

Floats = NDArray[np.float32]


@njit(cache=True, error_model="numpy", inline="always")
def step_size(
    kind: int,
    up: bool,
    v: np.float32,
    scale: np.float32,
    curve: np.float32,
    w_max: np.float32,
    w_min: np.float32,
    shared: Floats,
) -> np.float32:
    """Size of one pulse at v, in the direction `up`; scale and curve are the crosspoint's constants for that direction.

    Takes numbers, not the slice of the planes they come from: numba counts references to slices, at several times
    the cost of the arithmetic.
    """
    if kind == LINEAR:
        return scale + curve * v
    span = w_max - w_min
    if kind == EXPONENTIAL:
        z = np.float32(2.0) * shared[4] * v / span + shared[5]
        drop = shared[0] * math.exp(shared[2] * z) if up else shared[1] * math.exp(-shared[3] * z)
        return scale * np.float32(max(1.0 - drop, 0.0))
    if kind == POWER:
        return scale * max((w_max - v if up else v - w_min) / span, np.float32(1e-12)) ** curve
    points = shared.shape[0] // 2
    position = (v - w_min) / span * np.float32(points - 1)
    index = min(max(math.floor(position), 0), points - 2)
    left = index if up else points + index
    return scale * (shared[left] + (shared[left + 1] - shared[left]) * (position - np.float32(index)))
