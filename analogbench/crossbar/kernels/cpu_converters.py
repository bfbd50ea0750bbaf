"""`converters.prepare` and `converters.finish` as one pass each, on the CPU."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.kernels.cpu_random import normal_pair
from analogbench.crossbar.kernels.cpu_response import Floats, max_abs


def prepare(x: Tensor, largest: bool, reduction: float, step: float, bound: float) -> tuple[Tensor, Tensor]:
    """See `converters.prepare`."""
    x = x.contiguous()
    volts, scale = torch.empty_like(x), torch.empty(*x.shape[:2], 1)
    _prepare(
        x.numpy(),
        largest,
        np.float32(reduction),
        np.float32(step),
        np.float32(bound),
        volts.numpy(),
        scale.numpy(),
    )
    return volts, scale


@njit(cache=True, parallel=True, error_model="numpy")
def _prepare(
    x: Floats, largest: bool, reduction: np.float32, step: np.float32, bound: np.float32, volts: Floats, scale: Floats
) -> None:
    for r in prange(x.shape[0]):
        for b in range(x.shape[1]):
            peak = max_abs(x[r, b]) if largest else np.float32(1.0)
            factor = reduction if peak == 0.0 else peak * reduction
            for i in range(x.shape[2]):
                value = x[r, b, i] / factor
                if step > 0.0:
                    value = np.float32(np.rint(value / step)) * step
                # written so that a NaN stays one
                volts[r, b, i] = bound if value > bound else (-bound if value < -bound else value)
            scale[r, b, 0] = peak * reduction


def finish(y: Tensor, scale: Tensor, noise: Tensor, step: float, bound: float, keys: Tensor) -> tuple[Tensor, Tensor]:
    """See `converters.finish`; overwrites y."""
    clipped = torch.empty(scale.shape, dtype=torch.bool)
    _finish(
        y.numpy(),
        scale.contiguous().numpy(),
        noise.flatten().numpy(),
        np.float32(step),
        np.float32(bound),
        keys.numpy().view(np.uint64),
        clipped.numpy(),
    )
    return y, clipped


@njit(cache=True, parallel=True, error_model="numpy")
def _finish(
    y: Floats,
    scale: Floats,
    noise: Floats,
    step: np.float32,
    bound: np.float32,
    keys: NDArray[np.uint64],
    clipped: NDArray[np.bool_],
) -> None:
    n = y.shape[2]
    for r in prange(y.shape[0]):
        spare = np.float32(0.0)
        for b in range(y.shape[1]):
            beyond = False
            for i in range(n):
                value = y[r, b, i]
                if noise[r] > 0.0:
                    position = b * n + i
                    if position % 2 == 0:
                        xi, spare = normal_pair(keys[r], position // 2)
                    else:
                        xi = spare
                    value += noise[r] * xi
                if step > 0.0:
                    value = np.float32(np.rint(value / step)) * step
                if abs(value) > bound:
                    beyond = True
                    value = bound if value > 0.0 else -bound
                y[r, b, i] = value * scale[r, b, 0]
            clipped[r, b, 0] = beyond
