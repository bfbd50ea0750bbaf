"""The pulsed update as one Triton kernel: one read and one write of W, every pulse at the weight it finds.

A program holds a block of weights and their constants in registers and walks the slots of all samples in AIHWKIT's
order. Trains are not stored: each program draws those of its rows and columns by the hash that `pulses.draw_trains`
uses, so that all blocks agree on what fired, and only slots in which a row and a column of the block fire cost more
than that. The numbers drawn are those of the kernel `reference`, and so are the weights, up to rounding.
"""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels.gpu_triton_random import load_key, mix, normal, uniform
from analogbench.crossbar.kernels.gpu_triton_response import load_constants, pulsed
from analogbench.crossbar.pulses import PulseSettings, plan_factors

BLOCK = (32, 32)
"""Rows and columns of a program's block. More of them draw fewer trains twice; fewer leave more slots to skip."""

WARPS = 8
"""Of a program. With 8, compiled for Hopper, a thread takes 128 registers, with 4 as many as 219."""


def pulsed_update(array: Array, x: Tensor, d: Tensor, lr: Tensor, settings: PulseSettings, keys: Tensor) -> None:
    """Apply all pulses of a mini-batch to `array.hidden` and `array.visible` in place.

    x: (R, B, inputs), d: (R, B, outputs), lr: (R, 1, 1), keys: (R,). Their number is added to `array.pulses`.
    """
    replicas, outputs, inputs = array.shape
    x, d = x.contiguous(), d.contiguous()
    factors = plan_factors(x, d, lr.abs() / array.dw_min, settings)
    planes = array.planes.expand(-1, *array.shape)
    rows, columns = (min(most, triton.next_power_of_2(n)) for most, n in zip(BLOCK, (outputs, inputs), strict=True))
    grid = (replicas, triton.cdiv(outputs, rows), triton.cdiv(inputs, columns))
    _update[grid](
        array.hidden,
        array.visible,
        planes,
        array.response.shared,
        x,
        d,
        factors.length.contiguous(),
        factors.x.contiguous(),
        factors.d.contiguous(),
        lr.contiguous(),
        array.c2c,
        array.c2c if array.write_noise is None else array.write_noise,
        keys,
        array.pulses,
        x.shape[1],
        outputs,
        inputs,
        array.response.shared.shape[1],
        settings.desired_bl,
        *planes.stride(),
        KIND=array.response.kind,
        ADDITIVE=array.response.additive_noise,
        WRITE_NOISE=array.write_noise is not None,
        ROWS=rows,
        COLUMNS=columns,
        num_warps=WARPS,
    )


@triton.jit
def _update(
    hidden: tl.tensor,
    visible: tl.tensor,
    planes: tl.tensor,
    shared: tl.tensor,
    x: tl.tensor,
    d: tl.tensor,
    length: tl.tensor,
    factor_x: tl.tensor,
    factor_d: tl.tensor,
    lr: tl.tensor,
    c2c: tl.tensor,
    write_noise: tl.tensor,
    keys: tl.tensor,
    pulses: tl.tensor,
    samples: tl.tensor,
    outputs: tl.tensor,
    inputs: tl.tensor,
    n_shared: tl.tensor,
    desired_bl: tl.tensor,
    per_plane: tl.tensor,
    per_replica: tl.tensor,
    per_row: tl.tensor,
    per_column: tl.tensor,
    KIND: tl.constexpr,
    ADDITIVE: tl.constexpr,
    WRITE_NOISE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """One block of one replica. Pointers first, then numbers: sizes, and strides of `planes`."""
    r = tl.program_id(0).to(tl.int64)
    rows = tl.program_id(1) * ROWS + tl.arange(0, ROWS)
    columns = tl.program_id(2) * COLUMNS + tl.arange(0, COLUMNS)
    in_rows, in_columns = rows < outputs, columns < inputs
    inside = in_rows[:, None] & in_columns[None, :]
    crosspoint = rows[:, None].to(tl.int64) * inputs + columns[None, :]
    place = planes + r * per_replica + rows[:, None].to(tl.int64) * per_row + columns[None, :] * per_column
    constants = load_constants(place, per_plane, inside)
    weights = r * outputs * inputs + crosspoint
    w = tl.load(hidden + weights, inside, 0.0)
    key, noise, forwards = load_key(keys, r), tl.load(c2c + r), tl.load(lr + r) > 0.0
    key_d = mix(key)
    touched = tl.zeros((ROWS, COLUMNS), tl.int32) > 0
    total = tl.zeros((1,), tl.int64)
    b = tl.zeros((), tl.int64)
    while b < samples:  # not range(): with numpy 2.4 Triton's interpreter cannot make one of numbers that were loaded
        sample, first = r * samples + b, b * desired_bl
        x_b = tl.load(x + sample * inputs + columns, in_columns, 0.0)
        d_b = tl.load(d + sample * outputs + rows, in_rows, 0.0)
        p_x, p_d = tl.abs(x_b) * tl.load(factor_x + sample), tl.abs(d_b) * tl.load(factor_d + sample)
        slots, draw = tl.load(length + sample).to(tl.int32), first
        while draw < first + slots:
            fire_x = (uniform(key, draw * inputs + columns) < p_x) & in_columns
            fire_d = (uniform(key_d, draw * outputs + rows) < p_d) & in_rows
            hits = tl.sum(fire_x.to(tl.int32)) * tl.sum(fire_d.to(tl.int32))
            if hits > 0:
                hit = fire_d[:, None] & fire_x[None, :]
                up = ((d_b < 0.0)[:, None] ^ (x_b < 0.0)[None, :]) ^ (not forwards)
                xi = tl.zeros((ROWS, COLUMNS), tl.float32)
                if noise > 0.0:
                    xi = noise * normal(mix(key + (2 + draw).to(tl.uint64))[:, None], crosspoint)
                moved = pulsed(w, up, xi, constants, shared + r * n_shared, KIND, ADDITIVE)
                w = tl.where(hit, moved, w)
                touched = touched | hit
                total += hits
            draw += 1
        b += 1
    tl.store(hidden + weights, w, touched)
    if WRITE_NOISE:
        shown = w + tl.load(write_noise + r) * normal(mix(key + 1)[:, None], crosspoint)
        tl.store(visible + weights, shown, touched)
    tl.atomic_add(pulses + r + tl.arange(0, 1), total.to(tl.float64))
