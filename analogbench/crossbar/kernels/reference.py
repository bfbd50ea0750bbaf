"""The pulsed update, plain and slow: slot after slot, each pulse at the weight it finds. The other kernels answer
to it."""

from __future__ import annotations

import torch
from torch import Tensor

from analogbench.api.streams import mix, normal
from analogbench.crossbar.array import Array
from analogbench.crossbar.pulses import PulseSettings, draw_trains, plan_trains
from analogbench.crossbar.response import REFERENCE, SCALE_DOWN, SCALE_UP, W_MAX, W_MIN


def pulsed_update(array: Array, x: Tensor, d: Tensor, lr: Tensor, settings: PulseSettings, keys: Tensor) -> None:
    """Apply all pulses of a mini-batch to `array.hidden` in place, then refresh `array.visible`.

    x: (R, B, inputs), d: (R, B, outputs), lr: (R, 1, 1), keys: (R,). Their number is added to `array.pulses`.
    """
    trains = plan_trains(x, d, lr.abs() / array.dw_min, settings)
    fire_x, fire_d = draw_trains(x, d, trains, keys, settings.desired_bl)
    touched = torch.zeros_like(array.hidden, dtype=torch.bool)
    for b in range(x.shape[1]):
        for slot in range(int(trains.length[:, b].max())):
            hit = fire_d[:, b, slot, :, None] * fire_x[:, b, slot, None, :]  # (R, outputs, inputs)
            _pulse(array, -lr.sign() * hit, mix(keys + 2 + b * settings.desired_bl + slot))
            array.pulses += hit.abs().sum((1, 2))
            touched |= hit != 0
    array.write(touched, mix(keys + 1))


def _pulse(array: Array, direction: Tensor, keys: Tensor) -> None:
    """One pulse up where direction is 1, down where it is −1, none where it is 0. direction: (R, outputs, inputs)."""
    planes, response = array.planes, array.response
    v = array.hidden + planes[REFERENCE]
    curves = response.curves(v, planes)
    step = torch.where(direction > 0, curves.up, curves.down)
    scale = torch.where(direction > 0, planes[SCALE_UP], planes[SCALE_DOWN])
    noise = array.c2c * normal(keys, *v.shape[1:])
    step = step + scale * noise if response.additive_noise else step * (1.0 + noise)
    moved = torch.minimum(torch.maximum(v + direction * step, planes[W_MIN]), planes[W_MAX]) - planes[REFERENCE]
    array.hidden.copy_(torch.where(direction != 0, moved, array.hidden))
