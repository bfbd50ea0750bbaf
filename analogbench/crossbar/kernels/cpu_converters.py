"""The steps of `converters`, before and behind a matrix product, for use inside numba kernels."""

from __future__ import annotations

import numpy as np
from numba import njit

from analogbench.crossbar.kernels.cpu_random import CONTRACT, Floats, fill_normals

BLOCK = 512
"""Outputs whose noise is drawn at a time; even, since normal numbers come in pairs."""

_HALF_STEP = np.float32(1.5 * 2**23)
"""Adding it leaves a float32 no room for a fraction."""


@njit(cache=True, inline="always")
def rounded(value: np.float32, step: np.float32) -> np.float32:
    """The nearest multiple of `step`, ties to even, for less than 2²² steps; a NaN stays one."""
    return ((value / step + _HALF_STEP) - _HALF_STEP) * step


@njit(cache=True, error_model="numpy")
def convert(x: Floats, factor: np.float32, step: np.float32, bound: np.float32, volts: Floats) -> None:
    """Divide a vector by `factor`, round to `step`, if there is one, and clip to ±bound."""
    for i in range(x.shape[0]):
        value = x[i] / factor
        if step > 0.0:
            value = rounded(value, step)
        # written so that a NaN stays one
        volts[i] = bound if value > bound else (-bound if value < -bound else value)


@njit(cache=True, fastmath=CONTRACT)
def add_noise(y: Floats, noise: np.float32, key: np.uint64) -> None:
    """Add noise·ξ to all numbers of one replica, (n,)."""
    if noise == 0.0:
        return
    normals = np.empty(BLOCK, np.float32)
    for start in range(0, y.shape[0], BLOCK):
        count = min(BLOCK, y.shape[0] - start)
        fill_normals(key, start // 2, count, normals)
        for i in range(count):
            y[start + i] += noise * normals[i]


@njit(cache=True, error_model="numpy")
def read_out(y: Floats, step: np.float32, bound: np.float32, scale: np.float32) -> bool:
    """Round one vector to `step`, if there is one, clip it to ±bound and multiply it by `scale`; whether it
    clipped."""
    beyond = 0
    for i in range(y.shape[0]):
        value = y[i]
        if step > 0.0:
            value = rounded(value, step)
        beyond |= int(abs(value) > bound)
        # written so that a NaN stays one
        value = bound if value > bound else (-bound if value < -bound else value)
        y[i] = value * scale
    return beyond != 0
