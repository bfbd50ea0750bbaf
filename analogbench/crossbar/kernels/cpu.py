"""The pulsed update on the CPU: walks only the coincidences, each pulse at the weight it finds.

It follows `reference` and the formulas of `pulses` and `response`; a test holds them together. A few samples at a time,
the trains are drawn and the coincidences sorted by row; then row after row is pulsed, in the order of the slots, while
it lies in the nearest cache. Crosspoints do not know of each other, so this order is as good as that of time. Random
numbers belong to slots and rows, not to threads: replicas, and blocks of rows where replicas are few, run in parallel.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels.cpu_hits import draw_hits, make_hits, sort_by_row
from analogbench.crossbar.kernels.cpu_random import Floats, hashed
from analogbench.crossbar.kernels.cpu_rows import fetch_few, pulse_rows
from analogbench.crossbar.pulses import PulseSettings
from analogbench.simd.threads import run_on, threads_for

ENTRIES = 1 << 18
"""Fired lines for which there is room: how many samples are drawn at a time follows from it."""

LINE = 0.1
"""Nanoseconds that a line costs in each slot, to draw whether it fires and to pulse."""


def pulsed_update(array: Array, x: Tensor, d: Tensor, lr: Tensor, settings: PulseSettings, keys: Tensor) -> None:
    """Apply all pulses of a mini-batch to `array.hidden` and `array.visible` in place.

    x: (R, B, inputs), d: (R, B, outputs), lr: (R, 1, 1), keys: (R,). Their number is added to `array.pulses`.
    """
    replicas, outputs, inputs = array.shape
    threads = threads_for(LINE * replicas * x.shape[1] * settings.desired_bl * (inputs + outputs), replicas * outputs)
    # Each block of rows draws the columns' trains anew: worth it only for threads that had nothing to do.
    blocks = min(-(-threads // replicas), outputs)
    hidden, visible, constants, shared, c2c, write_noise, dw_min, spent = array.views
    pulses = spent.reshape(replicas, 1) if blocks == 1 else np.zeros((replicas, blocks))
    run_on(
        threads,
        _update_blocks,
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
        lr.contiguous().numpy().reshape(-1),
        dw_min,
        settings.desired_bl,
        settings.balanced,
        settings.update_bl_management,
        keys.numpy().view(np.uint64),
        pulses,
    )
    if blocks > 1:
        spent += pulses.sum(1)


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
        pulses[r, block] += _update_block(
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
    total = 0
    for first in range(0, x.shape[0], room):
        last = min(first + room, x.shape[0])
        if draw_hits(hits, x[first:last], d[first:last], first, strength, desired_bl, balance, shorten, key) == 0:
            continue
        sort_by_row(hits, rows)
        if last - first == 1:
            fetch_few(w, constants, x[first], hits, rows)
        pulse_rows(
            w, visible, constants, shared, kind, curves, additive, c2c, write_noise, reverse, rows, hits,
            hashed(key, 2 + first),
        )  # fmt: skip
        total += hits.pulses[rows[0] : rows[1]].sum()
    return total
