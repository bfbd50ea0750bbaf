"""The mean number of pulses of a mini-batch on the CPU: `pulses.expected_pulses` in one pass, without temporaries."""

from __future__ import annotations

import math

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.kernels.cpu_response import Floats, max_abs
from analogbench.crossbar.pulses import PulseSettings


def expected_pulses(x: Tensor, d: Tensor, strength: Tensor, settings: PulseSettings) -> Tensor:
    """See `pulses.expected_pulses`."""
    total = torch.zeros(x.shape[0], dtype=torch.float64)
    _count(
        x.contiguous().numpy(),
        d.contiguous().numpy(),
        strength.flatten().numpy(),
        settings.desired_bl,
        settings.update_management,
        settings.update_bl_management,
        total.numpy(),
    )
    return total


@njit(cache=True, error_model="numpy")
def _fired(values: Floats, factor: float) -> float:
    """The mean number of lines that fire in one slot."""
    total = 0.0
    for value in values:
        total += min(abs(value) * factor, 1.0)
    return total


@njit(cache=True, error_model="numpy")
def _count(
    x: Floats,
    d: Floats,
    strength: Floats,
    desired_bl: int,
    balance: bool,
    shorten: bool,
    total: NDArray[np.float64],
) -> None:
    for r in range(x.shape[0]):
        for s in range(x.shape[1]):
            x_max, d_max = max_abs(x[r, s]), max_abs(d[r, s])
            k = strength[r] * x_max * d_max
            if not (k > 0.0 and k < np.inf):
                continue
            slots = min(math.ceil(k), desired_bl) if shorten and k < desired_bl else desired_bl
            a = b = math.sqrt(strength[r] / np.float32(slots))
            if balance:
                ratio = math.sqrt(x_max / (d_max * min(desired_bl / k, 1.0)))
                a, b = a * ratio, b / ratio
            total[r] += slots * _fired(x[r, s], b) * _fired(d[r, s], a)
