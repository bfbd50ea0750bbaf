"""The pulsed update as matrix products: all pulses of a chunk of samples at once, without atomics or loops over
weights.

The signed 0/1 trains of all slots of all samples are the inner dimension of two batched products, which give the
exact joint counts N₊ − N₋ = −DᵀX and N₊ + N₋ = |D|ᵀ|X| for every crosspoint. The weight then follows dw = s₊q₊(w) −
s₋q₋(w), with s± = N± + c2c·√N±·ξ±, by one exponential step (exact for responses linear in w): Δw = f·(e^z − 1)/z, f
the right-hand side at w and z its derivative. Only the order of pulses inside a chunk is averaged.

On a GPU the trains are float16, for which the products take a fraction of the time, and still exact: entries are −1, 0
and 1, so that every partial sum is an integer of at most CHUNK·slots, and float16 holds integers up to 2048 exactly.
How many of the slots a sample uses is known on the device only: all are multiplied, those after its end as zeros.
"""

from __future__ import annotations

import torch
from torch import Tensor

from analogbench.api.streams import mix, normal
from analogbench.crossbar.array import Array
from analogbench.crossbar.pulses import PulseSettings, draw_trains, plan_trains
from analogbench.crossbar.response import REFERENCE, SCALE_DOWN, SCALE_UP, W_MAX, W_MIN

CHUNK = 5
"""Samples whose pulses are applied at once. Measured against the reference kernel: at 76 pulses per weight and ten
samples the averaged order shows, at 8 it does not. A constant, so that a replica's numbers do not depend on its
neighbours."""

HALF_INTEGERS = 2048
"""Up to here float16 holds every integer."""


def pulsed_update(array: Array, x: Tensor, d: Tensor, lr: Tensor, settings: PulseSettings, keys: Tensor) -> None:
    """Apply all pulses of a mini-batch to `array.hidden` in place, then refresh `array.visible`.

    x: (R, B, inputs), d: (R, B, outputs), lr: (R, 1, 1), keys: (R,). Their number is added to `array.pulses`.
    """
    for start in range(0, x.shape[1], CHUNK):
        keys = mix(keys + 1)
        chunk = slice(start, start + CHUNK)
        up, down = _count(array, x[:, chunk], d[:, chunk], lr, settings, keys)
        array.hidden.copy_(_move(array, up, down, keys))
        array.write(up + down > 0, mix(keys + 2))
        array.pulses += (up + down).sum((1, 2))


def _count(
    array: Array, x: Tensor, d: Tensor, lr: Tensor, settings: PulseSettings, keys: Tensor
) -> tuple[Tensor, Tensor]:
    """The numbers of pulses up and down at each crosspoint, (R, outputs, inputs) each."""
    trains = plan_trains(x, d, lr.abs() / array.dw_min, settings)
    fire_x, fire_d = (fire.flatten(1, 2) for fire in draw_trains(x, d, trains, keys, settings.desired_bl))
    if x.is_cuda and fire_x.shape[1] <= HALF_INTEGERS:
        fire_x, fire_d = fire_x.half(), fire_d.half()
    difference = -lr.sign() * torch.bmm(fire_d.mT, fire_x).float()
    total = torch.bmm(fire_d.abs().mT, fire_x.abs()).float()
    return (total + difference) / 2, (total - difference) / 2


def _move(array: Array, up: Tensor, down: Tensor, keys: Tensor) -> Tensor:
    """The weights after `up` and `down` pulses, (R, outputs, inputs)."""
    planes = array.planes
    v = array.hidden + planes[REFERENCE]
    curves = array.response.curves(v, planes)
    touched = (up != 0) | (down != 0)
    noise_up = array.c2c * up.sqrt() * normal(mix(keys + 3), *v.shape[1:])
    noise_down = array.c2c * down.sqrt() * normal(mix(keys + 4), *v.shape[1:])
    if array.response.additive_noise:
        kick = planes[SCALE_UP] * noise_up - planes[SCALE_DOWN] * noise_down
    else:
        up, down, kick = up + noise_up, down + noise_down, torch.zeros_like(v)
    force = up * curves.up - down * curves.down + kick
    z = up * curves.up_slope - down * curves.down_slope
    growth = torch.where(z.abs() < 1e-6, 1.0 + z / 2, torch.expm1(z) / z)
    moved = torch.minimum(torch.maximum(v + force * growth, planes[W_MIN]), planes[W_MAX]) - planes[REFERENCE]
    return torch.where(touched, moved, array.hidden)
