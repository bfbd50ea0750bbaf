"""Products of a few vectors with a matrix on the CPU, for one replica.

A mini-batch of analog training has about ten samples: general libraries are built for larger matrices. The loops are
written so that the compiler keeps ten sums in registers.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.crossbar.kernels.cpu_random import Floats

SUMS = {"contract", "reassoc", "nsz"}
"""Sums may be taken in another order, which is what makes them vectors; a NaN stays a NaN."""

ROWS, SAMPLES = 2, 5
"""The sums that are held in registers: of so many rows with so many samples."""

FEW, SPARSE = 4, 8
"""A product with at most FEW samples skips the other columns if at most one in SPARSE is used."""

f32 = np.float32

Columns = NDArray[np.int64]


@njit(cache=True, error_model="numpy")
def times_transposed(x: Floats, w: Floats, y: Floats) -> None:
    """y = x Wᵀ. x: (B, m), w: (n, m), y: (B, n)."""
    samples, n = x.shape[0], w.shape[0]
    few, columns = few_columns(x)
    if few:
        _times_few(x, w, columns, y)
        return
    padded = _padded(x)
    for first in range(0, n, ROWS):
        last = min(first + 1, n - 1)
        for sample in range(0, samples, SAMPLES):
            sums = _dots(w[first], w[last], padded[sample : sample + SAMPLES])
            for i in range(min(SAMPLES, samples - sample)):
                y[sample + i, first] = sums[i]
                y[sample + i, last] = sums[SAMPLES + i]


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


@njit(cache=True)
def _padded(x: Floats) -> Floats:
    """x itself, or a copy with zero samples at the end that make whole groups."""
    groups = (x.shape[0] + SAMPLES - 1) // SAMPLES
    if x.shape[0] == groups * SAMPLES:
        return x
    padded = np.zeros((groups * SAMPLES, x.shape[1]), np.float32)
    padded[: x.shape[0]] = x
    return padded


@njit(cache=True, fastmath=SUMS, error_model="numpy")
def times(d: Floats, w: Floats, y: Floats) -> None:
    """y = d W. d: (B, n), w: (n, m), y: (B, m)."""
    n, whole = w.shape[0], w.shape[0] // 4 * 4
    y[:] = f32(0.0)
    for row in range(0, whole, 4):
        w0, w1, w2, w3 = w[row], w[row + 1], w[row + 2], w[row + 3]
        for sample in range(d.shape[0]):
            d0, d1, d2, d3 = d[sample, row], d[sample, row + 1], d[sample, row + 2], d[sample, row + 3]
            out = y[sample]
            for i in range(out.shape[0]):
                out[i] += d0 * w0[i] + d1 * w1[i] + d2 * w2[i] + d3 * w3[i]
    for row in range(whole, n):
        for sample in range(d.shape[0]):
            for i in range(y.shape[1]):
                y[sample, i] += d[sample, row] * w[row, i]


@njit(cache=True, fastmath=SUMS, error_model="numpy")
def _dots(p: Floats, q: Floats, x: Floats) -> tuple[np.float32, ...]:
    """The products of two rows with five samples: those of p, then those of q."""
    x0, x1, x2, x3, x4 = x[0], x[1], x[2], x[3], x[4]
    p0 = p1 = p2 = p3 = p4 = q0 = q1 = q2 = q3 = q4 = f32(0.0)
    for i in range(p.shape[0]):
        u, v = p[i], q[i]
        p0 += u * x0[i]
        p1 += u * x1[i]
        p2 += u * x2[i]
        p3 += u * x3[i]
        p4 += u * x4[i]
        q0 += v * x0[i]
        q1 += v * x1[i]
        q2 += v * x2[i]
        q3 += v * x3[i]
        q4 += v * x4[i]
    return p0, p1, p2, p3, p4, q0, q1, q2, q3, q4
