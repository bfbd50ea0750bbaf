"""Both sides of a matrix product, scale and DAC, noise and ADC, in plain torch; `cpu_converters` has them as loops."""

from __future__ import annotations

import torch
from torch import Tensor

from analogbench.api.streams import normal


def prepare(x: Tensor, largest: bool, reduction: float, step: float, bound: float) -> tuple[Tensor, Tensor]:
    """Divide each vector by its scale, round to `step` and clip to ±bound.

    The scale is `reduction` times the vector's largest entry, or `reduction` if not `largest`. That of a zero vector is
    0, so that its product is exactly 0, without noise, as in AIHWKIT.
    x: (R, B, m) → (R, B, m), and the scales (R, B, 1).
    """
    peak = x.abs().amax(-1, keepdim=True) if largest else torch.ones_like(x[..., :1])
    divisor = torch.where(peak == 0, 1.0, peak) * reduction
    return quantise(x / divisor, step).clamp(-bound, bound), peak * reduction


def quantise(x: Tensor, step: float) -> Tensor:
    """Round to multiples of `step`; 0 means no quantisation."""
    return torch.round(x / step) * step if step > 0 else x


def finish(y: Tensor, scale: Tensor, noise: Tensor, step: float, bound: float, keys: Tensor) -> tuple[Tensor, Tensor]:
    """Add noise·ξ, round to `step`, clip to ±bound and multiply by `scale`.

    y: (R, B, n), scale: (R, B, 1), noise: (R, 1, 1), keys: (R,) → (R, B, n), and whether a vector clipped, (R, B,
    1) bool.
    """
    y = y + noise * normal(keys, *y.shape[1:])
    y = quantise(y, step)
    clipped = (y.abs() > bound).any(-1, keepdim=True)
    return y.clamp(-bound, bound) * scale, clipped
