"""Both sides of a matrix product through converters, one Triton program for each vector; the product is torch's.

A vector that clips is halved, multiplied and converted again by its own program, until it does not (bound management);
the others cost nothing more. The numbers drawn are those of `converters`, and so are the results, up to rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import triton
import triton.language as tl
from torch import Tensor

from analogbench.crossbar.kernels.gpu_triton_random import load_key, mix, normal

if TYPE_CHECKING:
    from analogbench.crossbar.periphery import Periphery

CHUNK = 8192
"""Weights that are multiplied at once where a vector is halved: all outputs of so many inputs, 32 of them at most."""

MAGIC = tl.constexpr(1.5 * 2.0**23)
"""Added to a float32 below 2²² and taken away again, it rounds to the nearest integer, halves to the even one."""


def multiply(x: Tensor, w: Tensor, keys: Tensor, settings: Periphery, largest: float) -> Tensor:
    """x: (R, B, m), w: (R, n, m), keys: (R,) → (R, B, n). largest: the last factor by which inputs may be reduced."""
    replicas, vectors, inputs = x.shape
    outputs = w.shape[1]
    x, volts = x.contiguous(), torch.empty_like(x, memory_format=torch.contiguous_format)
    peak, norm = torch.empty_like(volts[..., 0]), torch.empty_like(volts[..., 0])  # (R, B)
    inp_step, out_step = 2.0 * settings.inp_bound * settings.inp_res, 2.0 * settings.out_bound * settings.out_res
    grid = (replicas * vectors,)
    width, height = triton.next_power_of_2(inputs), triton.next_power_of_2(outputs)
    _prepare[grid](
        x, volts, peak, norm, inputs, inp_step, settings.inp_bound, LARGEST=settings.noise_management, WIDTH=width
    )
    y = torch.bmm(volts, w.mT)
    _finish[grid](
        y,
        x,
        w,
        peak,
        norm,
        settings.out_noise,
        settings.out_noise if settings.w_noise is None else settings.w_noise,
        keys,
        vectors,
        outputs,
        inputs,
        *w.stride(),
        inp_step,
        settings.inp_bound,
        out_step,
        settings.out_bound,
        largest,
        W_NOISE=settings.w_noise is not None,
        OUTPUTS=height,
        CHUNK=max(1, min(32, CHUNK // height)),
    )
    return y


@triton.jit
def _quantised(x: tl.tensor, step: tl.tensor) -> tl.tensor:
    """x rounded to multiples of `step`, 0: not rounded; what is 2²² steps large is as good as rounded."""
    if step > 0.0:
        steps = x / step
        x = tl.where(tl.abs(steps) < 4194304.0, ((steps + MAGIC) - MAGIC) * step, x)
    return x


@triton.jit
def _clipped(x: tl.tensor, bound: tl.tensor) -> tl.tensor:
    """x between ±bound; a NaN stays one."""
    return tl.where(x > bound, bound, tl.where(x < -bound, -bound, x))


@triton.jit
def _prepare(
    x: tl.tensor,
    volts: tl.tensor,
    peak: tl.tensor,
    norm: tl.tensor,
    inputs: tl.tensor,
    step: tl.tensor,
    bound: tl.tensor,
    LARGEST: tl.constexpr,
    WIDTH: tl.constexpr,
) -> None:
    """Scale one vector, round and clip it: `converters.prepare`. peak: its scale, norm: ‖volts‖₂, both (R, B)."""
    vector = tl.program_id(0).to(tl.int64)
    lines = tl.arange(0, WIDTH)
    values = tl.load(x + vector * inputs + lines, lines < inputs, 0.0)
    largest = tl.max(tl.abs(values)) if LARGEST else 1.0
    values = _clipped(_quantised(values / tl.where(largest == 0.0, 1.0, largest), step), bound)
    tl.store(volts + vector * inputs + lines, values, lines < inputs)
    tl.store(peak + vector, largest)
    tl.store(norm + vector, tl.sqrt(tl.sum(values * values)))


@triton.jit
def _converted(
    product: tl.tensor,
    at: tl.tensor,
    key: tl.tensor,
    norm: tl.tensor,
    out_noise: tl.tensor,
    w_noise: tl.tensor,
    step: tl.tensor,
    W_NOISE: tl.constexpr,
) -> tl.tensor:
    """What the ADCs would show without their bound: noise and rounding. at: the outputs' places in the draw."""
    if W_NOISE:
        product += w_noise * norm * normal(mix(key + 7), at)
    if out_noise > 0.0:
        product += out_noise * normal(key, at)
    return _quantised(product, step)


@triton.jit
def _product(
    x: tl.tensor,
    w: tl.tensor,
    inputs: tl.tensor,
    per_row: tl.tensor,
    per_line: tl.tensor,
    rows: tl.tensor,
    outputs: tl.tensor,
    divisor: tl.tensor,
    step: tl.tensor,
    bound: tl.tensor,
    OUTPUTS: tl.constexpr,
    CHUNK: tl.constexpr,
) -> tl.tuple:
    """W times one reduced vector, (OUTPUTS,), and the vector's norm; x and w point at the vector and the matrix."""
    y = tl.zeros((OUTPUTS,), tl.float32)
    square = tl.zeros((), tl.float32)
    start = 0
    while start < inputs:
        lines = start + tl.arange(0, CHUNK)
        values = tl.load(x + lines, lines < inputs, 0.0) / divisor
        values = _clipped(_quantised(values, step), bound)
        place = w + rows[:, None].to(tl.int64) * per_row + lines[None, :].to(tl.int64) * per_line
        block = tl.load(place, (rows < outputs)[:, None] & (lines < inputs)[None, :], 0.0)
        y += tl.sum(block * values[None, :], axis=1)
        square += tl.sum(values * values)
        start += CHUNK
    return y, tl.sqrt(square)


@triton.jit
def _finish(
    y: tl.tensor,
    x: tl.tensor,
    w: tl.tensor,
    peak: tl.tensor,
    norm: tl.tensor,
    out_noise: tl.tensor,
    w_noise: tl.tensor,
    keys: tl.tensor,
    vectors: tl.tensor,
    outputs: tl.tensor,
    inputs: tl.tensor,
    per_replica: tl.tensor,
    per_row: tl.tensor,
    per_line: tl.tensor,
    inp_step: tl.tensor,
    inp_bound: tl.tensor,
    out_step: tl.tensor,
    out_bound: tl.tensor,
    largest: tl.tensor,
    W_NOISE: tl.constexpr,
    OUTPUTS: tl.constexpr,
    CHUNK: tl.constexpr,
) -> None:
    """Convert the outputs of one vector in place, and halve its inputs as long as they clip. peak, norm: (R, B)."""
    vector = tl.program_id(0).to(tl.int64)
    r = vector // vectors
    rows = tl.arange(0, OUTPUTS)
    at = (vector % vectors) * outputs + rows
    key, scale = load_key(keys, r), tl.load(peak + vector)
    noise, spread = tl.load(out_noise + r), tl.load(w_noise + r)
    value = tl.load(y + vector * outputs + rows, rows < outputs, 0.0)
    value = _converted(value, at, key, tl.load(norm + vector), noise, spread, out_step, W_NOISE)
    beyond = tl.max(((tl.abs(value) > out_bound) & (rows < outputs)).to(tl.int32))
    reduction = 1.0
    while (beyond > 0) & (2.0 * reduction <= largest):
        reduction *= 2.0
        key = mix(key + 1)
        divisor = tl.where(scale == 0.0, 1.0, scale) * reduction
        value, size = _product(
            x + vector * inputs, w + r * per_replica, inputs, per_row, per_line, rows, outputs,
            divisor, inp_step, inp_bound, OUTPUTS, CHUNK,
        )  # fmt: skip
        value = _converted(value, at, key, size, noise, spread, out_step, W_NOISE)
        beyond = tl.max(((tl.abs(value) > out_bound) & (rows < outputs)).to(tl.int32))
    tl.store(y + vector * outputs + rows, _clipped(value, out_bound) * scale * reduction, rows < outputs)
