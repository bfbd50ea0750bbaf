"""The pulsed update on the CPU: parallel over replicas, walks only the coincidences, each pulse at the weight it finds.

It follows `reference` and the formulas of `pulses` and `response` line by line; a test
holds them together. No fast math: a NaN must stay one.
"""

from __future__ import annotations

import numpy as np
import torch
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels.cpu_random import State, standard_normal, start, uniform32
from analogbench.crossbar.kernels.cpu_response import Floats, step_size
from analogbench.crossbar.kernels.cpu_trains import plan_train
from analogbench.crossbar.pulses import PulseSettings
from analogbench.crossbar.response import CURVE_DOWN, CURVE_UP, REFERENCE, SCALE_DOWN, SCALE_UP, W_MAX, W_MIN

Lines = NDArray[np.int64]
Limits = NDArray[np.uint64]


def pulsed_update(array: Array, x: Tensor, d: Tensor, lr: Tensor, settings: PulseSettings, keys: Tensor) -> Tensor:
    """Apply all pulses of a mini-batch to `array.hidden` and `array.visible` in place.

    x: (R, B, inputs), d: (R, B, outputs), lr: (R, 1, 1), keys: (R,) → number of pulses (R,) float64.
    """
    pulses = torch.zeros(x.shape[0], dtype=torch.float64)
    hidden, visible, constants, shared, c2c, write_noise = array.views
    _update_replicas(
        hidden,
        visible,
        constants,
        shared,
        array.response.kind,
        array.response.additive_noise,
        c2c,
        write_noise,
        x.contiguous().numpy(),
        d.contiguous().numpy(),
        lr.flatten().numpy(),
        (lr.abs() / array.dw_min).flatten().numpy(),
        settings.desired_bl,
        settings.balanced,
        settings.update_bl_management,
        keys.numpy().view(np.uint64),
        pulses.numpy(),
    )
    return pulses


@njit(cache=True, error_model="numpy")
def _thresholds(values: Floats, factor: float, lines: Lines, limits: Limits) -> int:
    """List the lines that may fire and, for each, the probability min(|value|·factor, 1) in units of 2⁻³²."""
    count = 0
    for i in range(values.shape[0]):
        p = abs(values[i]) * factor
        if p > 0.0:
            lines[count] = i
            limits[count] = np.uint64(min(p, 1.0) * 4294967296.0)
            count += 1
    return count


@njit(cache=True, error_model="numpy")
def _fire(lines: Lines, limits: Limits, count: int, fired: Lines, state: State) -> int:
    """Draw one slot: list the lines that fire."""
    hits = 0
    for j in range(count):
        if uniform32(state) < limits[j]:
            fired[hits] = lines[j]
            hits += 1
    return hits


@njit(cache=True, error_model="numpy")
def _update_sample(
    w: Floats,
    visible: Floats,
    constants: Floats,
    shared: Floats,
    kind: int,
    additive: bool,
    c2c: np.float32,
    write_noise: np.float32,
    x: Floats,
    d: Floats,
    sign: np.float32,
    a: float,
    b: float,
    slots: int,
    work: tuple[Lines, Limits, Lines, Limits, Lines, Lines],
    state: State,
) -> int:
    """Apply the pulses of one sample; a and b turn |d| and |x| into probabilities. Returns the number of pulses."""
    rows, row_limits, columns, column_limits, fired, fired_rows = work
    n_columns = _thresholds(x, b, columns, column_limits)
    n_rows = _thresholds(d, a, rows, row_limits)
    pulses = 0
    for _ in range(slots):
        hits = _fire(columns, column_limits, n_columns, fired, state)
        row_hits = _fire(rows, row_limits, n_rows, fired_rows, state)
        pulses += hits * row_hits
        for j in range(row_hits):
            row = fired_rows[j]
            toward = -sign * d[row]
            for i in range(hits):
                column = fired[i]
                up = toward * x[column] > 0.0
                scale = constants[row, column, SCALE_UP if up else SCALE_DOWN]
                curve = constants[row, column, CURVE_UP if up else CURVE_DOWN]
                w_max, w_min = constants[row, column, W_MAX], constants[row, column, W_MIN]
                reference = constants[row, column, REFERENCE]
                v = w[row, column] + reference
                step = step_size(kind, up, v, scale, curve, w_max, w_min, shared)
                if c2c > 0.0:
                    step += (scale if additive else step) * c2c * standard_normal(state)
                v = v + step if up else v - step
                v = min(max(v, w_min), w_max) - reference
                w[row, column] = v
                if write_noise > 0.0:
                    v += write_noise * standard_normal(state)
                visible[row, column] = v
    return pulses


@njit(cache=True, error_model="numpy", parallel=True)
def _update_replicas(
    w: Floats,
    visible: Floats,
    constants: Floats,
    shared: Floats,
    kind: int,
    additive: bool,
    c2c: Floats,
    write_noise: Floats,
    x: Floats,
    d: Floats,
    lr: Floats,
    strength: Floats,
    desired_bl: int,
    balance: bool,
    shorten: bool,
    keys: NDArray[np.uint64],
    pulses: NDArray[np.float64],
) -> None:
    """All samples of all replicas; the trains are those of `pulses.plan_trains`."""
    outputs, inputs = w.shape[1], w.shape[2]
    for r in prange(w.shape[0]):
        state = start(keys[r])
        work = (
            np.empty(outputs, np.int64),
            np.empty(outputs, np.uint64),
            np.empty(inputs, np.int64),
            np.empty(inputs, np.uint64),
            np.empty(inputs, np.int64),
            np.empty(outputs, np.int64),
        )
        for s in range(x.shape[1]):
            slots, a, b = plan_train(x[r, s], d[r, s], strength[r], desired_bl, balance, shorten)
            if slots == 0:
                continue
            sign = np.float32(1.0) if lr[r] > 0.0 else np.float32(-1.0)
            pulses[r] += _update_sample(
                w[r], visible[r], constants[r], shared[r], kind, additive, c2c[r], write_noise[r],
                x[r, s], d[r, s], sign, a, b, slots, work, state,
            )  # fmt: skip
