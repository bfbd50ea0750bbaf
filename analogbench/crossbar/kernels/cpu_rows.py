"""The pulses of a few samples on the CPU: their normal numbers for many rows at a time, and memory asked for early."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.crossbar.kernels.cpu_hits import Hits
from analogbench.crossbar.kernels.cpu_pulse import pulse_any, pulse_lean
from analogbench.crossbar.kernels.cpu_random import GOLDEN, Floats, hashed, normals_of
from analogbench.crossbar.kernels.cpu_trains import FEW, few_lines
from analogbench.crossbar.layout import KEPT, SOFT
from analogbench.crossbar.response import LINEAR
from analogbench.simd.cache import fetch_at

PAIRS = 512
"""Pairs of normal numbers that are drawn at a time, if no row needs more."""


class Noise(NamedTuple):
    """Normal numbers, and the bits that pairs of them are made of."""

    normals: Floats
    bits: NDArray[np.uint64]


@njit(cache=True)
def fetch_few(w: Floats, constants: Floats, x: Floats, hits: Hits, rows: tuple[int, int]) -> None:
    """Ask for all that will be pulsed where that is few columns, as in a transfer: in every row another cache line, for
    which a core would wait row after row. w: (outputs, inputs), constants: (outputs or 1, inputs, …), x: (inputs,)."""
    lines = np.empty(FEW, np.int32)
    columns = lines[: max(few_lines(x, lines), 0)]
    inputs, width, varied = w.shape[1], constants.shape[2], constants.shape[0] > 1
    for row in range(rows[0], rows[1]):
        if hits.pulses[row] > 0:
            for column in columns:
                fetch_at(w, row * inputs + column)
                if varied:
                    fetch_at(constants, (row * inputs + column) * width)


@njit(cache=True, error_model="numpy")
def pulse_rows(
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
    rows: tuple[int, int],
    hits: Hits,
    key: np.uint64,
) -> None:
    """Apply the pulses of the rows from rows[0] to rows[1], for which `hits` are sorted. Each row has normal numbers of
    its own: those of the hash of `key` and its number."""
    draws = int(c2c > 0.0) + int(write_noise > 0.0)  # normal numbers for each pulse
    pairs = max(PAIRS, (hits.pulses[rows[0] : rows[1]].max() * draws + 1) // 2)
    noise = Noise(np.empty(2 * pairs, np.float32), np.empty(pairs, np.uint64))
    first, quick = rows[0], kind == LINEAR and curves != KEPT and write_noise == 0.0
    while first < rows[1]:
        last = _draw_together(first, rows[1], draws, hits, noise, key) if draws > 0 else rows[1]
        some = (first, last)
        if quick:
            pulse_lean(w, constants, some, hits, reverse, curves == SOFT, additive, c2c, noise.normals)
        else:
            pulse_any(
                w, visible, constants, shared, some, hits, reverse, kind, curves, additive, c2c, write_noise,
                noise.normals,
            )  # fmt: skip
        first = last


@njit(cache=True)
def _draw_together(first: int, last: int, draws: int, hits: Hits, noise: Noise, key: np.uint64) -> int:
    """Draw the normal numbers of as many rows from `first` on as there is room for, each row's from an even place on;
    the first row behind them, `last` at most."""
    counts, states = hits.pulses, noise.bits
    pairs, row = 0, first
    while row < last:
        end = pairs + (counts[row] * draws + 1) // 2
        if end > states.shape[0]:
            break
        state = hashed(key, row)
        while pairs < end:
            state += GOLDEN
            states[pairs] = state
            pairs += 1
        row += 1
    normals_of(states, pairs, noise.normals)
    return row
