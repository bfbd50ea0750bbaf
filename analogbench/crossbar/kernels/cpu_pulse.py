"""The pulses that one row gets in one slot, on the CPU.

Lines are unsigned: numba would ask of a signed index whether it counts from the end. Which way a pulse goes cannot be
predicted, so it selects numbers and not branches.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from analogbench.crossbar.kernels.cpu_random import CONTRACT, Floats
from analogbench.crossbar.kernels.cpu_response import step_size
from analogbench.crossbar.kernels.cpu_trains import Lines
from analogbench.crossbar.layout import KEPT, SOFT
from analogbench.crossbar.response import CURVE_UP, REFERENCE, SCALE_UP, W_MAX, W_MIN

f32, u64 = np.float32, np.uint64

_ONE, _SCALE_UP, _W_MAX, _W_MIN = u64(1), u64(SCALE_UP), u64(W_MAX), u64(W_MIN)


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def pulse_lean(
    w: Floats,
    constants: Floats,
    columns: Lines,
    first: int,
    last: int,
    is_down: int,
    soft: bool,
    additive: bool,
    c2c: np.float32,
    noise: Floats,
    at: int,
) -> int:
    """Pulse w at columns[first:last], each as 2·column, plus 1 where its pulse goes the other way than `is_down` says;
    for linear curves whose slopes are not kept, without write noise.

    constants: (inputs, NARROW). noise[at] and following: a normal number for each pulse. Returns the `at` of the next.
    """
    for i in range(first, last):
        code = columns[i]
        column, down = u64(code >> 1), u64((code & 1) ^ is_down)
        scale = constants[column, _SCALE_UP + down]
        w_max, w_min = constants[column, _W_MAX], constants[column, _W_MIN]
        v = w[column]
        step = scale
        if soft:
            step -= scale / (w_min if down else w_max) * v
        if c2c > 0.0:
            step += (scale if additive else step) * c2c * noise[at]
            at += 1
        v += -step if down else step
        w[column] = min(max(v, w_min), w_max)
    return at


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def pulse_any(
    w: Floats,
    visible: Floats,
    constants: Floats,
    shared: Floats,
    columns: Lines,
    first: int,
    last: int,
    is_down: int,
    kind: int,
    curves: int,
    additive: bool,
    c2c: np.float32,
    write_noise: np.float32,
    noise: Floats,
    at: int,
) -> int:
    """`pulse_lean` for every kind of curve, and with write noise: another normal number for each pulse."""
    for i in range(first, last):
        code = columns[i]
        column, down = u64(code >> 1), u64((code & 1) ^ is_down)
        scale = constants[column, _SCALE_UP + down]
        w_max, w_min = constants[column, _W_MAX], constants[column, _W_MIN]
        curve = reference = f32(0.0)
        if curves == KEPT:
            curve, reference = constants[column, u64(CURVE_UP) + down], constants[column, u64(REFERENCE)]
        elif curves == SOFT:
            curve = -scale / (w_min if down else w_max)
        v = w[column] + reference
        step = step_size(kind, down == 0, v, scale, curve, w_max, w_min, shared)
        if c2c > 0.0:
            step += (scale if additive else step) * c2c * noise[at]
            at += 1
        v += -step if down else step
        v = min(max(v, w_min), w_max) - reference
        w[column] = v
        if write_noise > 0.0:
            v += write_noise * noise[at]
            at += 1
        visible[column] = v
    return at
