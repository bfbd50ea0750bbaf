"""The expected update U(W, Δ) in plain torch."""

from __future__ import annotations

import torch
from torch import Tensor

from analogbench.crossbar.array import Array
from analogbench.crossbar.response import REFERENCE, W_MAX, W_MIN


def expected_update(array: Array, steps: Tensor) -> Tensor:
    """Move `array.hidden` by a signed, fractional number of pulses; the step sizes are those at the weight as it
    stands.

    steps: (R, outputs, inputs) → Σ|steps|, (R,) float64. Draws no write noise.
    """
    planes = array.planes
    v = array.hidden + planes[REFERENCE]
    curves = array.response.curves(v, planes)
    moved = v + steps * torch.where(steps > 0, curves.up, curves.down)
    array.hidden.copy_(torch.minimum(torch.maximum(moved, planes[W_MIN]), planes[W_MAX]) - planes[REFERENCE])
    return steps.abs().sum((1, 2), dtype=torch.float64)
