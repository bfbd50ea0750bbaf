"""The pulses of some rows, row after row, on the CPU: each row while it lies in the nearest cache.

Lines are unsigned: numba would ask of a signed index whether it counts from the end. Which way a pulse goes cannot be
predicted, so it selects numbers and not branches. All loops are in one function, since most rows get few pulses: what
is done once for a row counts.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from analogbench.crossbar.kernels.cpu_hits import Hits
from analogbench.crossbar.kernels.cpu_random import CONTRACT, Floats
from analogbench.crossbar.kernels.cpu_response import step_size
from analogbench.crossbar.layout import KEPT, SOFT
from analogbench.crossbar.response import CURVE_UP, REFERENCE, SCALE_UP, W_MAX, W_MIN

f32, u64 = np.float32, np.uint64

_SCALE_UP, _W_MAX, _W_MIN = u64(SCALE_UP), u64(W_MAX), u64(W_MIN)


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def pulse_lean(
    w: Floats,
    constants: Floats,
    rows: tuple[int, int],
    hits: Hits,
    reverse: bool,
    soft: bool,
    additive: bool,
    c2c: np.float32,
    noise: Floats,
) -> None:
    """Apply the pulses of the rows from rows[0] to rows[1], for which `hits` are sorted; for linear curves whose slopes
    are not kept, without write noise.

    w: (outputs, inputs). constants: (outputs, inputs, NARROW), or those of one row, if all are alike. reverse: whether
    all pulses go the other way. noise: a normal number for each pulse, if c2c > 0; each row begins at an even place.
    """
    columns, starts, order, offsets = hits.columns, hits.starts, hits.order, hits.offsets
    at, only = 0, constants.shape[0] - 1
    for row in range(rows[0], rows[1]):
        line, own = u64(row), u64(min(row, only))
        for entry in range(offsets[row], offsets[row + 1]):
            slot, is_down = order[entry] >> 1, (order[entry] & 1) ^ int(reverse) ^ 1
            for i in range(starts[slot], starts[slot + 1]):
                code = columns[i]
                column, down = u64(code >> 1), u64((code & 1) ^ is_down)
                scale = constants[own, column, _SCALE_UP + down]
                w_max, w_min = constants[own, column, _W_MAX], constants[own, column, _W_MIN]
                v = w[line, column]
                step = scale
                if soft:
                    step -= scale / (w_min if down else w_max) * v
                if c2c > 0.0:
                    step += (scale if additive else step) * c2c * noise[at]
                    at += 1
                v += -step if down else step
                w[line, column] = min(max(v, w_min), w_max)
        at += at & 1


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def pulse_any(
    w: Floats,
    visible: Floats,
    constants: Floats,
    shared: Floats,
    rows: tuple[int, int],
    hits: Hits,
    reverse: bool,
    kind: int,
    curves: int,
    additive: bool,
    c2c: np.float32,
    write_noise: np.float32,
    noise: Floats,
) -> None:
    """`pulse_lean` for every kind of curve, and with write noise: another normal number for each pulse."""
    columns, starts, order, offsets = hits.columns, hits.starts, hits.order, hits.offsets
    at, only = 0, constants.shape[0] - 1
    for row in range(rows[0], rows[1]):
        line, own = u64(row), u64(min(row, only))
        for entry in range(offsets[row], offsets[row + 1]):
            slot, is_down = order[entry] >> 1, (order[entry] & 1) ^ int(reverse) ^ 1
            for i in range(starts[slot], starts[slot + 1]):
                code = columns[i]
                column, down = u64(code >> 1), u64((code & 1) ^ is_down)
                scale = constants[own, column, _SCALE_UP + down]
                w_max, w_min = constants[own, column, _W_MAX], constants[own, column, _W_MIN]
                curve = reference = f32(0.0)
                if curves == KEPT:
                    curve = constants[own, column, u64(CURVE_UP) + down]
                    reference = constants[own, column, u64(REFERENCE)]
                elif curves == SOFT:
                    curve = -scale / (w_min if down else w_max)
                v = w[line, column] + reference
                step = step_size(kind, down == 0, v, scale, curve, w_max, w_min, shared)
                if c2c > 0.0:
                    step += (scale if additive else step) * c2c * noise[at]
                    at += 1
                v += -step if down else step
                v = min(max(v, w_min), w_max) - reference
                w[line, column] = v
                if write_noise > 0.0:
                    v += write_noise * noise[at]
                    at += 1
                visible[line, column] = v
        at += at & 1
