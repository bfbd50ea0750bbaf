"""Expected steps on the CPU: how the weights of a crossbar array move by fractional numbers of pulses."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.crossbar.kernels.cpu_matrix import Columns
from analogbench.crossbar.kernels.cpu_random import CONTRACT, Floats
from analogbench.crossbar.kernels.cpu_response import step_size
from analogbench.crossbar.kernels.cpu_soft import (
    ROWS,
    move_known_alike,
    move_known_each,
    move_row_alike,
    move_row_each,
    move_rows_alike,
    move_rows_each,
)
from analogbench.crossbar.layout import KEPT, NONE, SOFT
from analogbench.crossbar.response import CURVE_DOWN, CURVE_UP, LINEAR, REFERENCE, SCALE_DOWN, SCALE_UP, W_MAX, W_MIN


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def move_columns(
    w: Floats,
    constants: Floats,
    r: int,
    shared: Floats,
    kind: int,
    curves: int,
    x: Floats,
    d: Floats,
    rate: np.float32,
    columns: Columns,
    total: NDArray[np.float64],
) -> None:
    """The whole update of one replica where only few columns have a gradient."""
    for row in range(w.shape[0]):
        of = min(row, constants.shape[2] - 1)
        for column in columns:
            count = np.float32(0.0)
            for b in range(x.shape[0]):
                count += d[b, row] * x[b, column]
            count *= rate
            total[row] += abs(count)
            up = bool(count > 0.0)
            scale = constants[SCALE_UP if up else SCALE_DOWN, r, of, column]
            w_max, w_min = constants[W_MAX, r, of, column], constants[W_MIN, r, of, column]
            curve = reference = np.float32(0.0)
            if curves == KEPT:
                curve, reference = (
                    constants[CURVE_UP if up else CURVE_DOWN, r, of, column],
                    constants[REFERENCE, r, of, column],
                )
            elif curves == SOFT:
                curve = -scale / (w_max if up else w_min)
            v = w[row, column] + reference
            v += count * step_size(kind, up, v, scale, curve, w_max, w_min, shared)
            w[row, column] = min(max(v, w_min), w_max) - reference


@njit(cache=True)
def move_soft(
    w: Floats, constants: Floats, r: int, x: Floats, d: Floats, rate: np.float32, total: NDArray[np.float64]
) -> None:
    """The whole update of one replica whose crosspoints have soft bounds. rate: −lr/dw_min."""
    outputs, inputs = w.shape
    rows = constants.shape[2]
    stride, start = constants.shape[1] * rows * inputs, r * rows * inputs
    spent = np.empty(outputs, np.float32)
    whole = outputs // ROWS * ROWS
    if rows == 1:
        for row in range(0, whole, ROWS):
            move_rows_alike(w, row, d, x, rate, constants, start, stride, spent)
        for row in range(whole, outputs):
            move_row_alike(w, row, d, x, rate, constants, start, stride, spent)
    else:
        for row in range(0, whole, ROWS):
            move_rows_each(w, row, d, x, rate, constants, start + row * inputs, stride, spent)
        for row in range(whole, outputs):
            move_row_each(w, row, d, x, rate, constants, start + row * inputs, stride, spent)
    total[:] = spent


@njit(cache=True)
def move_soft_known(
    w: Floats, gradient: Floats, constants: Floats, r: int, rate: np.float32, total: NDArray[np.float64], first: int
) -> None:
    """`move_soft` for some rows from `first` on, whose gradients are known, (rows, inputs)."""
    inputs, rows = w.shape[1], constants.shape[2]
    stride, start = constants.shape[1] * rows * inputs, r * rows * inputs
    spent = np.empty(w.shape[0], np.float32)
    for i in range(gradient.shape[0]):
        row = first + i
        if rows == 1:
            move_known_alike(w, row, gradient, gradient[i : i + 1], rate, constants, start, stride, spent)
        else:
            at = start + row * inputs
            move_known_each(w, row, gradient, gradient[i : i + 1], rate, constants, at, stride, spent)
        total[row] = spent[row]


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def move_rows(
    w: Floats,
    steps: Floats,
    constants: Floats,
    r: int,
    shared: Floats,
    kind: int,
    curves: int,
    total: NDArray[np.float64],
    first: int,
) -> None:
    """Move the weights of some rows from `first` on by a signed, fractional number of pulses each; the step sizes are
    those at the weight as it stands. Not for soft bounds. steps: (rows, inputs). constants: (PLANES, R, outputs or 1,
    inputs), of which replica r's count."""
    up_scale, down_scale = constants[SCALE_UP, r], constants[SCALE_DOWN, r]
    w_max, w_min = constants[W_MAX, r], constants[W_MIN, r]
    up_curve, down_curve, shift = constants[CURVE_UP, r], constants[CURVE_DOWN, r], constants[REFERENCE, r]
    for i in range(steps.shape[0]):
        row, of = first + i, min(first + i, constants.shape[2] - 1)
        if total[row] == 0.0:
            continue
        if kind == LINEAR and curves == NONE:
            for c in range(w.shape[1]):
                count, up, down = steps[i, c], up_scale[of, c], down_scale[of, c]
                w[row, c] = min(max(w[row, c] + count * (up if count > 0.0 else down), w_min[of, c]), w_max[of, c])
            continue
        for c in range(w.shape[1]):
            up = steps[i, c] > 0.0
            scale = up_scale[of, c] if up else down_scale[of, c]
            curve = reference = np.float32(0.0)
            if curves == KEPT:
                curve = up_curve[of, c] if up else down_curve[of, c]
                reference = shift[of, c]
            v = w[row, c] + reference
            v += steps[i, c] * step_size(kind, up, v, scale, curve, w_max[of, c], w_min[of, c], shared)
            w[row, c] = min(max(v, w_min[of, c]), w_max[of, c]) - reference
