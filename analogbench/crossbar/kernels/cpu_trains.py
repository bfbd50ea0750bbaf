"""Pulse trains on the CPU: their plan, that of `pulses.plan_trains`, and which lines fire in a slot."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.crossbar.kernels.cpu_bits import lowest, marked, max_abs
from analogbench.crossbar.kernels.cpu_random import Floats, hashed

Limits = NDArray[np.uint32]
Lines = NDArray[np.int32]
Mask = NDArray[np.uint8]

WORD = 64
"""Lines whose marks are looked at together."""

FEW = 8
"""Up to so many lines are drawn one by one where no other can fire."""

_31 = 2147483648.0


@njit(cache=True, error_model="numpy")
def plan_train(
    x: Floats, d: Floats, strength: np.float32, desired_bl: int, balance: bool, shorten: bool
) -> tuple[int, float, float]:
    """The number of slots, and the factors that turn |d| and |x| into firing probabilities.

    x: (inputs,), d: (outputs,) of one sample; no slot if it needs no pulse, or is not finite.
    """
    d_max = max_abs(d)
    x_max = max_abs(x) if d_max > 0.0 else np.float32(0.0)
    k = strength * x_max * d_max
    if not (k > 0.0 and k < np.inf):
        return 0, 0.0, 0.0
    slots: int = min(math.ceil(k), desired_bl) if shorten and k < desired_bl else desired_bl
    a = b = math.sqrt(strength / np.float32(slots))
    if balance:
        ratio = math.sqrt(x_max / (d_max * min(float(desired_bl / k), 1.0)))
        a, b = a * ratio, b / ratio
    return slots, a, b


@njit(cache=True)
def set_limits(values: Floats, factor: float, limits: Limits) -> None:
    """The probability min(|value|·factor, 1) of each line, in units of 2⁻³¹."""
    scale = np.float32(factor * _31)
    for i in range(values.shape[0]):
        limits[i] = np.uint32(min(abs(values[i]) * scale, np.float32(_31)))


@njit(cache=True)
def mark(key: np.uint64, slot: int, limits: Limits, lines: int, marks: Mask) -> None:
    """Draw one slot: mark the lines that fire. A hash serves two lines, one in each half of the array."""
    half = (lines + 1) // 2
    base = slot * half
    for i in range(half):
        bits = hashed(key, base + i)
        marks[i] = np.uint8(np.uint32(bits >> np.uint64(33)) < limits[i])
        marks[half + i] = np.uint8(np.uint32(bits & np.uint64(0x7FFFFFFF)) < limits[half + i])


@njit(cache=True)
def few_lines(values: Floats, lines: Lines) -> int:
    """Write the lines whose value is not zero into `lines`, (FEW,); their number, or −1 if there are more."""
    count = 0
    for line in range(values.shape[0]):
        if values[line] != 0.0:
            if count == FEW:
                return -1
            lines[count] = line
            count += 1
    return count


@njit(cache=True)
def collect_few(
    key: np.uint64, slot: int, limits: Limits, lines: Lines, values: Floats, found: Lines, count: int
) -> int:
    """`mark` and `collect` where none but `lines` can fire, as of one-hot vectors."""
    half = (values.shape[0] + 1) // 2
    base = slot * half
    for line in lines:
        is_upper = line < half
        bits = hashed(key, base + (line if is_upper else line - half))
        drawn = bits >> np.uint64(33) if is_upper else bits & np.uint64(0x7FFFFFFF)
        if np.uint32(drawn) < limits[line]:
            found[count] = np.int32(2 * line + np.int32(values[line] < 0.0))
            count += 1
    return count


@njit(cache=True)
def collect(marks: Mask, lines: int, values: Floats, found: Lines, count: int) -> int:
    """Append the marked lines to found[:count], each as 2·line, plus 1 where its value is negative; the new count."""
    for word in range((lines + WORD - 1) // WORD):
        bits = marked(marks, word)
        while bits != 0:
            line = np.uint64(word * WORD) + lowest(bits)
            found[count] = np.int32(2 * line + np.uint64(values[line] < 0.0))
            count += 1
            bits &= bits - np.uint64(1)
    return count
