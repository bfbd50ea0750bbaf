"""The expected update U(W, −lr·g) on the CPU: gradient, steps and new weights of a row in one go, without a matrix of
gradients in between."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels.cpu_matrix import SUMS, Columns, few_columns, times
from analogbench.crossbar.kernels.cpu_random import CONTRACT, Floats, fill_normals
from analogbench.crossbar.kernels.cpu_response import step_size
from analogbench.crossbar.kernels.cpu_vectors import SAMPLES
from analogbench.crossbar.layout import KEPT, NONE, SOFT
from analogbench.crossbar.response import CURVE_DOWN, CURVE_UP, LINEAR, REFERENCE, SCALE_DOWN, SCALE_UP, W_MAX, W_MIN

Keys = NDArray[np.uint64]

SKINNY = 64
"""Mini-batches up to this size are multiplied row by row here, larger ones by torch beforehand."""


def expected_update(array: Array, x: Tensor, d: Tensor, rate: Tensor, sigma: Tensor | None, keys: Tensor) -> Tensor:
    """See `expected.expected_update`."""
    replicas, outputs, inputs = array.shape
    skinny = x.shape[1] <= SKINNY
    gradient = torch.empty(replicas, 0, inputs) if skinny else torch.bmm(d.mT, x)
    noise = torch.zeros(replicas) if sigma is None else sigma.flatten()
    hidden, _, constants, shared, *_ = array.views
    total = np.zeros((replicas, outputs))
    _update(
        hidden,
        constants,
        shared,
        array.response.kind,
        array.curves,
        x.contiguous().numpy(),
        d.contiguous().numpy(),
        gradient.numpy(),
        rate.flatten().numpy(),
        noise.numpy(),
        keys.numpy().view(np.uint64),
        total,
    )
    return torch.from_numpy(total.sum(1))


@njit(cache=True, parallel=True, error_model="numpy")
def _update(
    w: Floats,
    constants: Floats,
    shared: Floats,
    kind: int,
    curves: int,
    x: Floats,
    d: Floats,
    gradient: Floats,
    rate: Floats,
    sigma: Floats,
    keys: Keys,
    total: NDArray[np.float64],
) -> None:
    """gradient: (R, outputs, inputs), or (R, 0, inputs) where it is still to be multiplied. total: (R, outputs), the
    sizes of all steps."""
    outputs, inputs = w.shape[1], w.shape[2]
    rows = constants.shape[2]  # 1 if all crosspoints are alike
    for r in prange(w.shape[0]):
        few, columns = few_columns(x[r])
        if few and sigma[r] == 0.0:
            _move_columns(w[r], constants, r, shared[r], kind, curves, x[r], d[r], rate[r], columns, total[r])
            continue
        alike = curves == SOFT and rows == 1
        slopes = _slopes(constants, r) if alike else np.empty((0, 0), np.float32)
        normals = np.empty(inputs + 3, np.float32)
        block = np.empty((SAMPLES, inputs), np.float32)
        for row in range(outputs):
            if gradient.shape[1] > 0:
                steps = gradient[r, row]
            else:
                if row % SAMPLES == 0:
                    last = min(row + SAMPLES, outputs)
                    times(d[r].T[row:last], x[r], block[: last - row])
                steps = block[row % SAMPLES]
            if sigma[r] > 0.0:
                _add_noise(steps, sigma[r], keys[r], row, normals)
            total[r, row] = _scale(steps, rate[r])
            if total[r, row] == 0.0:
                continue
            if alike:
                _move_alike(w[r, row], steps, constants, r, slopes)
            else:
                _move_row(w[r, row], steps, constants, r, min(row, rows - 1), shared[r], kind, curves)


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def _move_columns(
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


@njit(cache=True, fastmath=CONTRACT)
def _add_noise(gradient: Floats, sigma: np.float32, key: np.uint64, row: int, normals: Floats) -> None:
    """σξ for one row: the numbers that it has in the sequence of the whole matrix."""
    inputs = gradient.shape[0]
    first = row * inputs
    fill_normals(key, first // 2, inputs + first % 2, normals)
    for i in range(inputs):
        gradient[i] += sigma * normals[first % 2 + i]


@njit(cache=True, fastmath=SUMS)
def _scale(steps: Floats, rate: np.float32) -> np.float32:
    """Multiply a gradient by −lr/dw_min, which makes it numbers of pulses; the sum of their sizes."""
    total = np.float32(0.0)
    for i in range(steps.shape[0]):
        steps[i] *= rate
        total += abs(steps[i])
    return total


@njit(cache=True, error_model="numpy")
def _slopes(constants: Floats, r: int) -> Floats:
    """−slope of soft bounds, upward and downward, (2, inputs), of crosspoints that are alike in all rows."""
    slopes = np.empty((2, constants.shape[3]), np.float32)
    for i in range(slopes.shape[1]):
        slopes[0, i] = constants[SCALE_UP, r, 0, i] / constants[W_MAX, r, 0, i]
        slopes[1, i] = constants[SCALE_DOWN, r, 0, i] / constants[W_MIN, r, 0, i]
    return slopes


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def _move_alike(w: Floats, steps: Floats, constants: Floats, r: int, slopes: Floats) -> None:
    """`_move_row` for soft bounds with the `slopes` at hand: a division for each weight would take longer than all
    else."""
    up_scale, down_scale = constants[SCALE_UP, r, 0], constants[SCALE_DOWN, r, 0]
    w_max, w_min = constants[W_MAX, r, 0], constants[W_MIN, r, 0]
    up_slope, down_slope = slopes[0], slopes[1]
    for i in range(w.shape[0]):
        count, v, up, down, steep, steep_down = steps[i], w[i], up_scale[i], down_scale[i], up_slope[i], down_slope[i]
        scale, slope = up if count > 0.0 else down, steep if count > 0.0 else steep_down
        w[i] = min(max(v + count * (scale - slope * v), w_min[i]), w_max[i])


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def _move_row(
    w: Floats, steps: Floats, constants: Floats, r: int, of: int, shared: Floats, kind: int, curves: int
) -> None:
    """Move the weights of one row by a signed, fractional number of pulses each; the step sizes are those at the weight
    as it stands. The constants are those of row `of` of replica r."""
    up_scale, down_scale = constants[SCALE_UP, r, of], constants[SCALE_DOWN, r, of]
    w_max, w_min = constants[W_MAX, r, of], constants[W_MIN, r, of]
    if curves == SOFT:
        for i in range(w.shape[0]):
            # everything is loaded before anything is selected: so the loop becomes vector instructions
            count, v, high, low, up, down = steps[i], w[i], w_max[i], w_min[i], up_scale[i], down_scale[i]
            scale, bound = up if count > 0.0 else down, high if count > 0.0 else low
            w[i] = min(max(v + count * (scale - scale / bound * v), low), high)
        return
    if kind == LINEAR and curves == NONE:
        for i in range(w.shape[0]):
            up, down = up_scale[i], down_scale[i]
            w[i] = min(max(w[i] + steps[i] * (up if steps[i] > 0.0 else down), w_min[i]), w_max[i])
        return
    for i in range(w.shape[0]):
        up = steps[i] > 0.0
        scale = up_scale[i] if up else down_scale[i]
        curve = reference = np.float32(0.0)
        if curves == KEPT:
            curve = constants[CURVE_UP if up else CURVE_DOWN, r, of, i]
            reference = constants[REFERENCE, r, of, i]
        v = w[i] + reference
        v += steps[i] * step_size(kind, up, v, scale, curve, w_max[i], w_min[i], shared)
        w[i] = min(max(v, w_min[i]), w_max[i]) - reference
