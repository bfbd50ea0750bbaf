"""The expected update U(W, −lr·g) on the CPU: gradient, steps and new weights of a row in one go, without a matrix of
gradients in between."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels.cpu_matrix import PRODUCT, SUMS, few_columns, times
from analogbench.crossbar.kernels.cpu_random import CONTRACT, Floats, fill_normals
from analogbench.crossbar.kernels.cpu_steps import move_columns, move_rows, move_soft, move_soft_known
from analogbench.crossbar.kernels.cpu_vectors import SAMPLES
from analogbench.crossbar.layout import SOFT
from analogbench.simd.threads import run_on, threads_for

Keys = NDArray[np.uint64]

SKINNY = 64
"""Mini-batches up to this size are multiplied row by row here, larger ones by torch beforehand."""

STEP = 0.2
"""Nanoseconds for a weight to move."""


def expected_update(array: Array, x: Tensor, d: Tensor, rate: Tensor, sigma: Tensor | None, keys: Tensor) -> None:
    """See `expected.expected_update`."""
    replicas, _, inputs = array.shape
    skinny = x.shape[1] <= SKINNY
    gradient = torch.empty(replicas, 0, inputs) if skinny else torch.bmm(d.mT, x)
    noise = torch.zeros(replicas) if sigma is None else sigma.flatten()
    hidden, _, constants, shared, *_, pulses = array.views
    run_on(
        threads_for(array.hidden.numel() * (STEP + PRODUCT * x.shape[1]), replicas),
        _update,
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
        pulses,
    )


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
    pulses: NDArray[np.float64],
) -> None:
    """gradient: (R, outputs, inputs), or (R, 0, inputs) where it is still to be multiplied."""
    for r in prange(w.shape[0]):
        total = np.zeros(w.shape[1])  # of each row, the sizes of its steps
        _update_one(
            w[r], constants, r, shared[r], kind, curves, x[r], d[r], gradient[r], rate[r], sigma[r], keys[r], total
        )  # fmt: skip
        pulses[r] += total.sum()


@njit(cache=True, error_model="numpy")
def _update_one(
    w: Floats,
    constants: Floats,
    r: int,
    shared: Floats,
    kind: int,
    curves: int,
    x: Floats,
    d: Floats,
    gradient: Floats,
    rate: np.float32,
    sigma: np.float32,
    key: np.uint64,
    total: NDArray[np.float64],
) -> None:
    """One replica. Columns without a gradient are left alone where they are most; soft bounds know a shorter way."""
    few, columns = few_columns(x)
    if few and sigma == 0.0:
        move_columns(w, constants, r, shared, kind, curves, x, d, rate, columns, total)
    elif curves == SOFT and sigma == 0.0 and gradient.shape[0] == 0:
        move_soft(w, constants, r, x, d, rate, total)
    else:
        _move_by_rows(w, constants, r, shared, kind, curves, x, d, gradient, rate, sigma, key, total)


@njit(cache=True, error_model="numpy")
def _move_by_rows(
    w: Floats,
    constants: Floats,
    r: int,
    shared: Floats,
    kind: int,
    curves: int,
    x: Floats,
    d: Floats,
    gradient: Floats,
    rate: np.float32,
    sigma: np.float32,
    key: np.uint64,
    total: NDArray[np.float64],
) -> None:
    """The gradients of a few rows at a time, and then their steps: nothing is sliced for each row, since numba counts
    references to slices."""
    outputs, inputs = w.shape
    normals = np.empty(inputs + 3, np.float32)
    block, turned = np.empty((SAMPLES, inputs), np.float32), d.T
    for first in range(0, outputs, SAMPLES):
        last = min(first + SAMPLES, outputs)
        steps = block[: last - first]
        if gradient.shape[0] > 0:
            steps[:] = gradient[first:last]
        else:
            times(turned[first:last], x, steps)
        if sigma > 0.0:
            _add_noise(steps, sigma, key, first, normals)
        if curves == SOFT:
            move_soft_known(w, steps, constants, r, rate, total, first)
        else:
            _scale(steps, rate, total, first)
            move_rows(w, steps, constants, r, shared, kind, curves, total, first)


@njit(cache=True, fastmath=CONTRACT)
def _add_noise(steps: Floats, sigma: np.float32, key: np.uint64, first: int, normals: Floats) -> None:
    """σξ for some rows from `first` on: the numbers that they have in the sequence of the whole matrix."""
    inputs = steps.shape[1]
    for i in range(steps.shape[0]):
        start = (first + i) * inputs
        fill_normals(key, start // 2, inputs + start % 2, normals)
        for column in range(inputs):
            steps[i, column] += sigma * normals[start % 2 + column]


@njit(cache=True, fastmath=SUMS)
def _scale(steps: Floats, rate: np.float32, total: NDArray[np.float64], first: int) -> None:
    """Multiply gradients by −lr/dw_min, which makes them numbers of pulses; the sum of each row's sizes."""
    for i in range(steps.shape[0]):
        size = np.float32(0.0)
        for column in range(steps.shape[1]):
            steps[i, column] *= rate
            size += abs(steps[i, column])
        total[first + i] = size
