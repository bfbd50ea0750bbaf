"""A matrix product through converters on the CPU: what `Periphery.multiply` says, in as few passes as possible."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

from analogbench.crossbar.kernels.cpu_bits import max_abs
from analogbench.crossbar.kernels.cpu_converters import add_noise, convert, read_out
from analogbench.crossbar.kernels.cpu_matrix import PRODUCT, times, times_transposed
from analogbench.crossbar.kernels.cpu_random import Floats, fill_normals, mix
from analogbench.simd.threads import run_on, threads_for

if TYPE_CHECKING:
    from analogbench.crossbar.array import Array
    from analogbench.crossbar.periphery import Periphery

Keys = NDArray[np.uint64]

VALUE = 2.0
"""Nanoseconds for a number to go through a converter."""


class Converters(NamedTuple):
    """The numbers of a Periphery. largest: whether a vector is scaled by its largest entry. reduction: the largest that
    bound management tries, 0 if it is off."""

    largest: bool
    inp_step: np.float32
    inp_bound: np.float32
    out_step: np.float32
    out_bound: np.float32
    reduction: float


def multiply(x: Tensor, w: Tensor, keys: Tensor, p: Periphery, *, manage_bounds: bool) -> Tensor:
    """x: (R, B, m), w: (R, n, m), or a transposed view of (R, m, n), keys: (R,) → (R, B, n)."""
    transposed = not w.is_contiguous()
    stored = (w.mT if transposed else w).contiguous().numpy()
    return _product_with(x, stored, transposed, keys, p, manage_bounds)


def read(x: Tensor, array: Array, keys: Tensor, p: Periphery, *, backward: bool) -> Tensor:
    """`multiply` with the visible weights of an array, whose views are kept: see `kernels.choose_product`."""
    return _product_with(x, array.views[1], backward, keys, p, not backward)


def _product_with(
    x: Tensor, stored: Floats, transposed: bool, keys: Tensor, p: Periphery, manage_bounds: bool
) -> Tensor:
    values = x.contiguous().numpy()
    y = np.empty((*values.shape[:2], stored.shape[2 if transposed else 1]), np.float32)
    threads = threads_for(PRODUCT * y.size * values.shape[2] + VALUE * (values.size + y.size), len(values))
    if p.perfect:
        run_on(threads, _products, values, stored, transposed, y)
    else:
        free, bounded, noise, w_noise = p.numbers
        converters, key = bounded if manage_bounds else free, keys.numpy().view(np.uint64)
        run_on(threads, _multiply, values, stored, transposed, noise, w_noise, converters, key, y)
    return torch.from_numpy(y)


def numbers(p: Periphery) -> tuple[Converters, Converters, Floats, Floats]:
    """What the kernels want to know of a periphery: settings without and with bound management, output noise and weight
    noise, (R,) each."""
    converters = Converters(
        p.noise_management,
        np.float32(p.inp_step),
        np.float32(p.inp_bound),
        np.float32(p.out_step),
        np.float32(p.out_bound),
        p.largest_reduction if p.bound_management else 0.0,
    )
    w_noise = torch.zeros_like(p.out_noise) if p.w_noise is None else p.w_noise
    free = converters._replace(reduction=0.0)
    return free, converters, p.out_noise.flatten().numpy(), w_noise.flatten().numpy()


@njit(cache=True, parallel=True, error_model="numpy")
def _products(x: Floats, stored: Floats, transposed: bool, y: Floats) -> None:
    for r in prange(x.shape[0]):
        _product(x[r], stored[r], transposed, y[r])


@njit(cache=True)
def _product(x: Floats, stored: Floats, transposed: bool, y: Floats) -> None:
    if transposed:
        times(x, stored, y)
    else:
        times_transposed(x, stored, y)


@njit(cache=True, parallel=True, error_model="numpy")
def _multiply(
    x: Floats,
    stored: Floats,
    transposed: bool,
    noise: Floats,
    w_noise: Floats,
    c: Converters,
    keys: Keys,
    y: Floats,
) -> None:
    for r in prange(x.shape[0]):
        _multiply_one(x[r], stored[r], transposed, noise[r], w_noise[r], c, keys[r], y[r])


@njit(cache=True, error_model="numpy")
def _multiply_one(
    x: Floats,
    stored: Floats,
    transposed: bool,
    noise: np.float32,
    w_noise: np.float32,
    c: Converters,
    key: np.uint64,
    y: Floats,
) -> None:
    """All products of one replica: inputs are converted, multiplied, and read out with noise; what clips is multiplied
    again, if bounds are managed."""
    volts, peaks = np.empty_like(x), np.empty(x.shape[0], np.float32)
    for b in range(x.shape[0]):
        peaks[b] = max_abs(x[b]) if c.largest else np.float32(1.0)
        convert(x[b], np.float32(1.0) if peaks[b] == 0.0 else peaks[b], c.inp_step, c.inp_bound, volts[b])
    _product(volts, stored, transposed, y)
    if w_noise > 0.0:
        for b in range(y.shape[0]):
            _add_weight_noise(y[b], volts[b], w_noise, mix(key + np.uint64(7)), b)
    add_noise(y.ravel(), noise, key)
    for b in range(y.shape[0]):
        if read_out(y[b], c.out_step, c.out_bound, peaks[b]) and c.reduction >= 2.0:
            _manage_bound(y[b], x[b], volts[b], stored, transposed, peaks[b], noise, w_noise, c, key, b)


@njit(cache=True, error_model="numpy")
def _manage_bound(
    y: Floats,
    x: Floats,
    volts: Floats,
    stored: Floats,
    transposed: bool,
    peak: np.float32,
    noise: np.float32,
    w_noise: np.float32,
    c: Converters,
    key: np.uint64,
    b: int,
) -> None:
    """Multiply vector number b again with half the input, and again, until nothing clips. Overwrites volts and y."""
    reduction, clipped = 2.0, True
    while clipped and reduction <= c.reduction:
        key = mix(key + np.uint64(1))
        scale = peak * np.float32(reduction)
        convert(x, scale, c.inp_step, c.inp_bound, volts)
        _product(volts.reshape(1, -1), stored, transposed, y.reshape(1, -1))
        if w_noise > 0.0:
            _add_weight_noise(y, volts, w_noise, mix(key + np.uint64(7)), b)
        _add_noise_at(y, noise, key, b)
        clipped = read_out(y, c.out_step, c.out_bound, scale)
        reduction *= 2.0


@njit(cache=True)
def _add_weight_noise(y: Floats, volts: Floats, w_noise: np.float32, key: np.uint64, b: int) -> None:
    """σ‖x‖₂ξ for vector number b."""
    total = np.float32(0.0)
    for value in volts:
        total += value * value
    _add_noise_at(y, w_noise * np.float32(math.sqrt(total)), key, b)


@njit(cache=True)
def _add_noise_at(y: Floats, noise: np.float32, key: np.uint64, b: int) -> None:
    """noise·ξ for vector number b: the numbers that it has in the sequence of all vectors."""
    if noise == 0.0:
        return
    n = y.shape[0]
    first = b * n
    normals = np.empty(n + 3, np.float32)
    fill_normals(key, first // 2, n + first % 2, normals)
    for i in range(n):
        y[i] += noise * normals[first % 2 + i]
