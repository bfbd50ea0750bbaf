"""The output side of a matrix product: noise, ADC, rescaling, in plain torch and fused for the CPU."""

from __future__ import annotations

import torch
from torch import Tensor

from analogbench.api.streams import normal


def finish(y: Tensor, scale: Tensor, noise: Tensor, step: float, bound: float, keys: Tensor) -> tuple[Tensor, Tensor]:
    """Add noise·ξ, round to `step`, clip to ±bound and multiply by `scale`.

    y: (R, B, n), scale: (R, B, 1), noise: (R, 1, 1), keys: (R,) → (R, B, n), and whether a vector clipped, (R, B,
    1) bool.
    """
    if y.device.type == "cpu":
        from analogbench.crossbar.kernels import cpu_converters  # imports numba, which a GPU machine may lack

        return cpu_converters.finish(y, scale, noise, step, bound, keys)
    return finish_reference(y, scale, noise, step, bound, keys)


def finish_reference(
    y: Tensor, scale: Tensor, noise: Tensor, step: float, bound: float, keys: Tensor
) -> tuple[Tensor, Tensor]:
    """`finish` in plain torch."""
    y = y + noise * normal(keys, *y.shape[1:])
    y = torch.round(y / step) * step if step > 0 else y
    clipped = (y.abs() > bound).any(-1, keepdim=True)
    return y.clamp(-bound, bound) * scale, clipped
