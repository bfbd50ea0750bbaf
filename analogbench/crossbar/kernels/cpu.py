"""The pulsed update on the CPU: walks only the coincidences, each pulse at the weight it finds.

It follows `reference` and the formulas of `pulses` and `response`; a test holds them together. A few samples at a time,
the trains are drawn and the coincidences sorted by row; then row after row is pulsed, in the order of the slots, while
it lies in the nearest cache. Crosspoints do not know of each other, so this order is as good as that of time. Random
numbers belong to slots and rows, not to threads: replicas, and blocks of rows where replicas are few, run in parallel.
"""

from __future__ import annotations

import numba
import numpy as np
import torch
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels.cpu_hits import Hits, draw_hits, make_hits, sort_by_row
from analogbench.crossbar.kernels.cpu_pulse import pulse_any, pulse_lean
from analogbench.crossbar.kernels.cpu_random import CONTRACT, Floats, fill_normals, hashed
from analogbench.crossbar.layout import KEPT, SOFT
from analogbench.crossbar.pulses import PulseSettings
from analogbench.crossbar.response import LINEAR

ENTRIES = 1 << 18
"""Fired lines for which there is room: how many samples are drawn at a time follows from it."""

NOISE = 512
"""Normal numbers that are drawn at a time."""


def pulsed_update(array: Array, x: Tensor, d: Tensor, lr: Tensor, settings: PulseSettings, keys: Tensor) -> Tensor:
    """Apply all pulses of a mini-batch to `array.hidden` and `array.visible` in place.

    x: (R, B, inputs), d: (R, B, outputs), lr: (R, 1, 1), keys: (R,) → number of pulses (R,) float64.
    """
    replicas, outputs, _ = array.shape
    # Each block of rows draws the columns' trains anew: worth it only for threads that had nothing to do.
    blocks = min(-(-numba.get_num_threads() // replicas), outputs)
    pulses = np.zeros((replicas, blocks))
    hidden, visible, constants, shared, c2c, write_noise, dw_min = array.views
    _update_blocks(
        hidden,
        visible,
        constants,
        shared,
        array.response.kind,
        array.curves,
        array.response.additive_noise,
        c2c,
        write_noise,
        x.contiguous().numpy(),
        d.contiguous().numpy(),
        lr.flatten().numpy(),
        dw_min,
        settings.desired_bl,
        settings.balanced,
        settings.update_bl_management,
        keys.numpy().view(np.uint64),
        pulses,
    )
    return torch.from_numpy(pulses[:, 0] if blocks == 1 else pulses.sum(1))


@njit(cache=True, error_model="numpy", parallel=True)
def _update_blocks(
    w: Floats,
    visible: Floats,
    constants: Floats,
    shared: Floats,
    kind: int,
    curves: int,
    additive: bool,
    c2c: Floats,
    write_noise: Floats,
    x: Floats,
    d: Floats,
    lr: Floats,
    dw_min: Floats,
    desired_bl: int,
    balance: bool,
    shorten: bool,
    keys: NDArray[np.uint64],
    pulses: NDArray[np.float64],
) -> None:
    """All samples of all replicas, each in `pulses.shape[1]` blocks of rows; adds up the pulses of each block."""
    outputs, blocks = w.shape[1], pulses.shape[1]
    for task in prange(w.shape[0] * blocks):
        r, block = task // blocks, task % blocks
        rows = (outputs * block // blocks, outputs * (block + 1) // blocks)
        pulses[r, block] = _update_block(
            w[r], visible[r], constants[r], shared[r], kind, curves, additive, c2c[r], write_noise[r], x[r], d[r],
            lr[r] < 0.0, abs(lr[r]) / dw_min[r], desired_bl, balance, shorten, keys[r], rows,
        )  # fmt: skip


@njit(cache=True, error_model="numpy")
def _update_block(
    w: Floats,
    visible: Floats,
    constants: Floats,
    shared: Floats,
    kind: int,
    curves: int,
    additive: bool,
    c2c: np.float32,
    write_noise: np.float32,
    x: Floats,
    d: Floats,
    reverse: bool,
    strength: np.float32,
    desired_bl: int,
    balance: bool,
    shorten: bool,
    key: np.uint64,
    rows: tuple[int, int],
) -> int:
    """All samples of one replica, for the rows from rows[0] to rows[1]. Returns the number of pulses."""
    inputs, outputs = x.shape[1], d.shape[1]
    room = max(1, min(x.shape[0], ENTRIES // (desired_bl * (inputs + outputs))))
    hits = make_hits(room * desired_bl, inputs, outputs)
    noise = np.empty(max(NOISE, 2 * inputs) + 2, np.float32)
    total = 0
    for first in range(0, x.shape[0], room):
        last = min(first + room, x.shape[0])
        if draw_hits(hits, x[first:last], d[first:last], first, strength, desired_bl, balance, shorten, key) == 0:
            continue
        sort_by_row(hits, rows)
        noise_key = hashed(key, 2 + first)
        for row in range(rows[0], rows[1]):
            if hits.pulses[row] > 0:
                _pulse_row(
                    w, visible, constants, shared, kind, curves, additive, c2c, write_noise, reverse, row, hits, noise,
                    hashed(noise_key, row),
                )  # fmt: skip
                total += hits.pulses[row]
    return total


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def _pulse_row(
    w: Floats,
    visible: Floats,
    constants: Floats,
    shared: Floats,
    kind: int,
    curves: int,
    additive: bool,
    c2c: np.float32,
    write_noise: np.float32,
    reverse: bool,
    row: int,
    hits: Hits,
    noise: Floats,
    key: np.uint64,
) -> None:
    """Apply the pulses of one row. noise: room for the normal numbers, drawn from `key`, of the next pulses."""
    draws = int(c2c > 0.0) + int(write_noise > 0.0)  # normal numbers for each pulse
    left, at, end = hits.pulses[row] * draws, 0, 0
    pair = 0
    # slices once, not for each slot: numba counts references to them
    weights, seen, own, columns, order, starts = (
        w[row],
        visible[row],
        constants[min(row, constants.shape[0] - 1)],  # one row for all, if they are alike
        hits.columns,
        hits.order,
        hits.starts,
    )
    quick = kind == LINEAR and curves != KEPT and write_noise == 0.0
    for entry in range(hits.offsets[row], hits.offsets[row + 1]):
        slot = order[entry] >> 1
        is_down = (order[entry] & 1) ^ int(reverse) ^ 1
        first, last = starts[slot], starts[slot + 1]
        if at + (last - first) * draws > end:
            pair += at // 2
            left, at = left - at // 2 * 2, at % 2
            end = min(left, noise.shape[0] // 2 * 2)
            fill_normals(key, pair, end, noise)
        if quick:
            at = pulse_lean(weights, own, columns, first, last, is_down, curves == SOFT, additive, c2c, noise, at)
        else:
            at = pulse_any(
                weights, seen, own, shared, columns, first, last, is_down, kind, curves,
                additive, c2c, write_noise, noise, at,
            )  # fmt: skip
