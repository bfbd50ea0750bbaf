"""The expected update U(W, −lr·g) in plain torch."""

from __future__ import annotations

import torch
from torch import Tensor

from analogbench.api.streams import normal
from analogbench.crossbar.array import Array
from analogbench.crossbar.response import REFERENCE, W_MAX, W_MIN


def expected_update(array: Array, x: Tensor, d: Tensor, rate: Tensor, sigma: Tensor | None, keys: Tensor) -> None:
    """Move `array.hidden` by a signed, fractional number of pulses, rate·(g + σξ) with g = Σ_b d_b x_bᵀ; the step sizes
    are those at the weight as it stands. Draws no write noise.

    x: (R, B, inputs), d: (R, B, outputs), rate: (R, 1, 1), −lr/dw_min, sigma: (R, 1, 1) or None, keys: (R,), from which
    ξ is drawn. The sizes of all steps, Σ|steps|, are added to `array.pulses`.
    """
    gradient = torch.bmm(d.mT, x)  # (R, outputs, inputs)
    if sigma is not None:
        gradient = gradient + sigma * normal(keys, *gradient.shape[1:])
    steps, planes = rate * gradient, array.planes
    v = array.hidden + planes[REFERENCE]
    curves = array.response.curves(v, planes)
    moved = v + steps * torch.where(steps > 0, curves.up, curves.down)
    array.hidden.copy_(torch.minimum(torch.maximum(moved, planes[W_MIN]), planes[W_MAX]) - planes[REFERENCE])
    array.pulses += steps.abs().sum((1, 2), dtype=torch.float64)
