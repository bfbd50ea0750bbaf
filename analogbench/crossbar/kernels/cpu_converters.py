"""`converters.finish` as one pass over the outputs, on the CPU."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.kernels.cpu_random import normal_pair

Floats = NDArray[np.float32]


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
