"""Products of vectors with a matrix on the CPU, for one replica.

A mini-batch of analog training has about ten samples, a convolution thousands of short ones: general libraries are
built for larger matrices. The blocks of `cpu_vectors` do the arithmetic. The samples of the last block may be among
those of the one before: to calculate them twice costs less than to treat a smaller block.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.crossbar.kernels.cpu_random import Floats
from analogbench.crossbar.kernels.cpu_vectors import BLOCK, SAMPLES, combine, combine_end, dots
from analogbench.simd.llvm import LANES

SUMS = {"contract", "reassoc", "nsz"}
"""Sums may be taken in another order, which is what makes them vectors; a NaN stays a NaN."""

FEW, SPARSE = 4, 8
"""A product with at most FEW samples skips the other columns if at most one in SPARSE is used."""

PRODUCT = 0.03
"""Nanoseconds for a multiplication and an addition, roughly."""

f32 = np.float32

Columns = NDArray[np.int64]


@njit(cache=True, error_model="numpy")
def times_transposed(x: Floats, w: Floats, y: Floats) -> None:
    """y = x Wᵀ. x: (B, m), w: (n, m), y: (B, n)."""
    samples, n = x.shape[0], w.shape[0]
    few, columns = few_columns(x)
    if few:
        _times_few(x, w, columns, y)
    elif samples < SAMPLES or n < BLOCK:
        _times_plainly(x, w, y)
    elif samples > n:  # to turn W around is then little work, and sums of rows need not be added up across lanes
        times(x, np.ascontiguousarray(w.T), y)
    else:
        _times_blocks(x, w, y)


@njit(cache=True)
def _times_blocks(x: Floats, w: Floats, y: Floats) -> None:
    """`times_transposed` for at least BLOCK rows and SAMPLES samples."""
    sums = np.empty(BLOCK * SAMPLES, np.float32)
    for start in range(0, w.shape[0], BLOCK):
        row = min(start, w.shape[0] - BLOCK)
        for group in range(0, x.shape[0], SAMPLES):
            sample = min(group, x.shape[0] - SAMPLES)
            dots(w, row, x, sample, sums)
            for i in range(BLOCK):
                for j in range(SAMPLES):
                    y[sample + j, row + i] = sums[i * SAMPLES + j]


@njit(cache=True, fastmath=SUMS, error_model="numpy")
def _times_plainly(x: Floats, w: Floats, y: Floats) -> None:
    """`times_transposed` for few rows or samples."""
    for row in range(w.shape[0]):
        for sample in range(x.shape[0]):
            total = f32(0.0)
            for i in range(w.shape[1]):
                total += x[sample, i] * w[row, i]
            y[sample, row] = total


@njit(cache=True)
def few_columns(x: Floats) -> tuple[bool, Columns]:
    """Whether only few columns matter, as of one-hot vectors, and then which: those in which a sample is not zero."""
    samples, inputs = x.shape
    columns = np.empty(inputs // SPARSE if samples <= FEW else 0, np.int64)
    if samples > FEW:
        return False, columns
    count = 0
    for i in range(inputs):
        for sample in range(samples):
            if x[sample, i] != 0.0:
                if count == columns.shape[0]:
                    return False, columns
                columns[count] = i
                count += 1
                break
    return True, columns[:count]


@njit(cache=True, fastmath=SUMS, error_model="numpy")
def _times_few(x: Floats, w: Floats, columns: Columns, y: Floats) -> None:
    """`times_transposed` where only `columns` count: those of a one-hot vector, with which arrays are read out."""
    for row in range(w.shape[0]):
        for sample in range(x.shape[0]):
            total = f32(0.0)
            for column in columns:
                total += x[sample, column] * w[row, column]
            y[sample, row] = total


@njit(cache=True, error_model="numpy")
def times(d: Floats, w: Floats, y: Floats) -> None:
    """y = d W. d: (B, n) of any strides, w: (n, m), y: (B, m)."""
    samples, m = y.shape
    if samples < SAMPLES:
        _combine_plainly(d, w, y)
        return
    whole = m // (BLOCK * LANES) * BLOCK * LANES
    for group in range(0, samples, SAMPLES):
        sample = min(group, samples - SAMPLES)
        for column in range(0, whole, BLOCK * LANES):
            combine(d, sample, w, column, y)
        for column in range(whole, m, LANES):
            combine_end(d, sample, w, column, y)


@njit(cache=True, fastmath=SUMS, error_model="numpy")
def _combine_plainly(d: Floats, w: Floats, y: Floats) -> None:
    """`times` for few samples."""
    y[:] = f32(0.0)
    for row in range(w.shape[0]):
        for sample in range(d.shape[0]):
            for i in range(y.shape[1]):
                y[sample, i] += d[sample, row] * w[row, i]
