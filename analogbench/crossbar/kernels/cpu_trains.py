"""The plan of one sample's pulse trains on the CPU: that of `pulses.plan_trains`."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from analogbench.crossbar.kernels.cpu_response import Floats, max_abs


@njit(cache=True, error_model="numpy")
def plan_train(
    x: Floats, d: Floats, strength: np.float32, desired_bl: int, balance: bool, shorten: bool
) -> tuple[int, float, float]:
    """The number of slots, and the factors that turn |d| and |x| into firing probabilities.

    x: (inputs,), d: (outputs,) of one sample; no slot if it needs no pulse, or is not finite.
    """
    x_max, d_max = max_abs(x), max_abs(d)
    k = strength * x_max * d_max
    if not (k > 0.0 and k < np.inf):
        return 0, 0.0, 0.0
    slots: int = min(math.ceil(k), desired_bl) if shorten and k < desired_bl else desired_bl
    a = b = math.sqrt(strength / np.float32(slots))
    if balance:
        ratio = math.sqrt(x_max / (d_max * min(float(desired_bl / k), 1.0)))
        a, b = a * ratio, b / ratio
    return slots, a, b
