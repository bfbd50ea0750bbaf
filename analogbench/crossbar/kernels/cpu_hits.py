"""Which lines fire together: the coincidences of a few samples' pulse trains, sorted by row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.crossbar.kernels.cpu_random import Floats, hashed
from analogbench.crossbar.kernels.cpu_trains import (
    FEW,
    WORD,
    Limits,
    Lines,
    Mask,
    collect,
    collect_few,
    few_lines,
    mark,
    plan_train,
    set_limits,
)


class Hits(NamedTuple):
    """The slots in which both a row and a column fired, in the order of time.

    A fired line is written as 2·line, plus 1 where its x or d is negative. columns[starts[slot] : starts[slot + 1]]
    are the columns that fired in a slot, fired_rows[row_starts[slot] : …] the rows. Sorted by row: the slots of a row
    are order[offsets[row] : offsets[row + 1]], as 2·slot, plus 1 where the row's d is negative; pulses counts the row's
    coincidences.
    """

    columns: Lines
    starts: NDArray[np.int64]
    fired_rows: Lines
    row_starts: NDArray[np.int64]
    order: Lines
    offsets: NDArray[np.int64]
    pulses: NDArray[np.int64]
    slots: NDArray[np.int64]


@njit(cache=True)
def make_hits(slots: int, inputs: int, outputs: int) -> Hits:
    """Room for so many slots."""
    return Hits(
        np.empty(slots * inputs + 1, np.int32),
        np.zeros(slots + 1, np.int64),
        np.empty(slots * outputs + 1, np.int32),
        np.zeros(slots + 1, np.int64),
        np.empty(slots * outputs + 1, np.int32),
        np.empty(outputs + 1, np.int64),
        np.empty(outputs, np.int64),
        np.zeros(1, np.int64),
    )


@njit(cache=True)
def _marks(lines: int) -> tuple[Limits, Mask]:
    """Probabilities and marks of `lines` lines, and of some more that never fire, up to a multiple of WORD."""
    room = (lines + WORD) // WORD * WORD
    return np.zeros(room, np.uint32), np.zeros(room, np.uint8)


@njit(cache=True, error_model="numpy")
def draw_hits(
    hits: Hits,
    x: Floats,
    d: Floats,
    number: int,
    strength: np.float32,
    desired_bl: int,
    balance: bool,
    shorten: bool,
    key: np.uint64,
) -> int:
    """Draw the trains of some samples of one replica, whose first is sample `number` of the mini-batch, and keep the
    slots in which both a row and a column fired; their number."""
    inputs, outputs = x.shape[1], d.shape[1]
    column_limits, column_marks = _marks(inputs)
    row_limits, row_marks = _marks(outputs)
    column_key, row_key = hashed(key, 0), hashed(key, 1)
    few, fewness = np.empty(FEW, np.int32), -1
    kept = 0
    for s in range(x.shape[0]):
        x_of, d_of = x[s], d[s]  # once: numba counts references to slices
        slots, a, b = plan_train(x_of, d_of, strength, desired_bl, balance, shorten)
        if slots == 0:
            continue
        set_limits(d_of, a, row_limits)
        is_ready = False  # rows come first: where none fires, which is often so, the columns do not matter
        for slot in range(slots):
            draw = (number + s) * desired_bl + slot
            mark(row_key, draw, row_limits, outputs, row_marks)
            row_start = hits.row_starts[kept]
            row_end = collect(row_marks, outputs, d_of, hits.fired_rows, row_start)
            if row_end == row_start:
                continue
            if not is_ready:
                set_limits(x_of, b, column_limits)
                fewness = few_lines(x_of, few)
                is_ready = True
            start = hits.starts[kept]
            if fewness < 0:
                mark(column_key, draw, column_limits, inputs, column_marks)
                end = collect(column_marks, inputs, x_of, hits.columns, start)
            else:
                end = collect_few(column_key, draw, column_limits, few[:fewness], x_of, hits.columns, start)
            if end > start:
                kept += 1
                hits.starts[kept], hits.row_starts[kept] = end, row_end
    hits.slots[0] = kept
    return kept


@njit(cache=True)
def sort_by_row(hits: Hits, rows: tuple[int, int]) -> None:
    """Fill in `order`, `offsets` and `pulses` for the rows from rows[0] to rows[1]: a counting sort."""
    first, last = rows
    hits.offsets[first : last + 1] = 0
    hits.pulses[first:last] = 0
    for slot in range(hits.slots[0]):
        width = hits.starts[slot + 1] - hits.starts[slot]
        for i in range(hits.row_starts[slot], hits.row_starts[slot + 1]):
            row = hits.fired_rows[i] >> 1
            if first <= row < last:
                hits.offsets[row + 1] += 1
                hits.pulses[row] += width
    for row in range(first, last):
        hits.offsets[row + 1] += hits.offsets[row]
    for slot in range(hits.slots[0]):
        for i in range(hits.row_starts[slot], hits.row_starts[slot + 1]):
            row = hits.fired_rows[i] >> 1
            if first <= row < last:
                hits.order[hits.offsets[row]] = 2 * slot + (hits.fired_rows[i] & 1)
                hits.offsets[row] += 1
    for row in range(last, first, -1):  # each offset now stands at its row's end
        hits.offsets[row] = hits.offsets[row - 1]
    hits.offsets[first] = 0
