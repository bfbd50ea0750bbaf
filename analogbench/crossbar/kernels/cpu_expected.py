"""The expected update U(W, Δ) as one pass over the weights, on the CPU."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels.cpu_response import Floats, step_size
from analogbench.crossbar.response import CURVE_DOWN, CURVE_UP, REFERENCE, SCALE_DOWN, SCALE_UP, W_MAX, W_MIN


def expected_update(array: Array, steps: Tensor) -> Tensor:
    """See `expected.expected_update`."""
    total = torch.zeros(steps.shape[0], dtype=torch.float64)
    hidden, _, constants, shared, *_ = array.views
    _update(
        hidden,
        constants,
        shared,
        array.response.kind,
        steps.numpy(),
        total.numpy(),
    )
    return total


@njit(cache=True, parallel=True, error_model="numpy")
def _update(w: Floats, constants: Floats, shared: Floats, kind: int, steps: Floats, total: NDArray[np.float64]) -> None:
    for r in prange(w.shape[0]):
        pulses, curve_constants = 0.0, shared[r]
        for row in range(w.shape[1]):
            for column in range(w.shape[2]):
                count = steps[r, row, column]
                w_max, w_min = constants[r, row, column, W_MAX], constants[r, row, column, W_MIN]
                reference = constants[r, row, column, REFERENCE]
                up = count > 0.0
                scale = constants[r, row, column, SCALE_UP if up else SCALE_DOWN]
                curve = constants[r, row, column, CURVE_UP if up else CURVE_DOWN]
                v = w[r, row, column] + reference
                v += count * step_size(kind, up, v, scale, curve, w_max, w_min, curve_constants)
                w[r, row, column] = min(max(v, w_min), w_max) - reference
                pulses += abs(count)
        total[r] = pulses
