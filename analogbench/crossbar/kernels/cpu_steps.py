"""Expected steps on the CPU: how the weights of a crossbar array move by fractional numbers of pulses."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.crossbar.kernels.cpu_matrix import Columns
from analogbench.crossbar.kernels.cpu_random import CONTRACT, Floats
from analogbench.crossbar.kernels.cpu_response import step_size
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


@njit(cache=True, error_model="numpy")
def soft_slopes(constants: Floats, r: int) -> Floats:
    """−slope of soft bounds, upward and downward, (2, inputs), of crosspoints that are alike in all rows."""
    slopes = np.empty((2, constants.shape[3]), np.float32)
    for i in range(slopes.shape[1]):
        slopes[0, i] = constants[SCALE_UP, r, 0, i] / constants[W_MAX, r, 0, i]
        slopes[1, i] = constants[SCALE_DOWN, r, 0, i] / constants[W_MIN, r, 0, i]
    return slopes


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def move_alike(
    w: Floats, steps: Floats, constants: Floats, r: int, slopes: Floats, total: NDArray[np.float64], first: int
) -> None:
    """`move_rows` for soft bounds with the `slopes` at hand: a division for each weight would take longer than all
    else."""
    up_scale, down_scale, up_slope, down_slope = (
        constants[SCALE_UP, r, 0],
        constants[SCALE_DOWN, r, 0],
        slopes[0],
        slopes[1],
    )
    w_max, w_min = constants[W_MAX, r, 0], constants[W_MIN, r, 0]
    for i in range(steps.shape[0]):
        row = first + i
        if total[row] == 0.0:
            continue
        for c in range(w.shape[1]):
            count, v, up, down, rising, falling = (
                steps[i, c],
                w[row, c],
                up_scale[c],
                down_scale[c],
                up_slope[c],
                down_slope[c],
            )
            scale, slope = up if count > 0.0 else down, rising if count > 0.0 else falling
            w[row, c] = min(max(v + count * (scale - slope * v), w_min[c]), w_max[c])


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
    those at the weight as it stands. steps: (rows, inputs). constants: (PLANES, R, outputs or 1, inputs), of which
    replica r's count."""
    up_scale, down_scale = constants[SCALE_UP, r], constants[SCALE_DOWN, r]
    w_max, w_min = constants[W_MAX, r], constants[W_MIN, r]
    up_curve, down_curve, shift = constants[CURVE_UP, r], constants[CURVE_DOWN, r], constants[REFERENCE, r]
    for i in range(steps.shape[0]):
        row, of = first + i, min(first + i, constants.shape[2] - 1)
        if total[row] == 0.0:
            continue
        if curves == SOFT:
            for c in range(w.shape[1]):
                # everything is loaded before anything is selected: so the loop becomes vector instructions
                count, v, high, low = steps[i, c], w[row, c], w_max[of, c], w_min[of, c]
                up, down = up_scale[of, c], down_scale[of, c]
                scale, bound = up if count > 0.0 else down, high if count > 0.0 else low
                w[row, c] = min(max(v + count * (scale - scale / bound * v), low), high)
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
