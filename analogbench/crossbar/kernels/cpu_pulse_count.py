"""The mean number of pulses of a mini-batch on the CPU: `pulses.expected_pulses` in one pass, without temporaries."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.kernels.cpu_response import Floats
from analogbench.crossbar.kernels.cpu_trains import plan_train
from analogbench.crossbar.pulses import PulseSettings


def expected_pulses(x: Tensor, d: Tensor, strength: Tensor, settings: PulseSettings) -> Tensor:
    """See `pulses.expected_pulses`."""
    total = torch.zeros(x.shape[0], dtype=torch.float64)
    _count(
        x.contiguous().numpy(),
        d.contiguous().numpy(),
        strength.flatten().numpy(),
        settings.desired_bl,
        settings.balanced,
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
            slots, a, b = plan_train(x[r, s], d[r, s], strength[r], desired_bl, balance, shorten)
            if slots == 0:
                continue
            total[r] += slots * _fired(x[r, s], b) * _fired(d[r, s], a)
