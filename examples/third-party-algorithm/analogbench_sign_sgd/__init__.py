"""Analog sign-SGD: the rows of the array get only the sign of their error, the sample gets one magnitude."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analogbench.api import Algorithm, RuleParams, SingleTileRule, Tile, hookimpl, param

if TYPE_CHECKING:
    from torch import Tensor

ANALOGBENCH_API = ">=1.1,<2"


class SignSGDParams(RuleParams):
    """`lr` comes with every algorithm; one number is added."""

    threshold: float = param(0.5, "θ: errors up to this share of the largest are left out", ge=0, lt=1, stackable=True)


class AnalogSignSGD(SingleTileRule):
    """Pulses s·sgn(d), the projection of the error d on its signs: one amplitude for all rows, no converters."""

    name = "analog-sign-sgd"
    formula = "W ← U(W, −lr·Σ_b s_b·t_b x_bᵀ), t = sgn(d) where |d| > θ·max|d|, else 0; s = mean of |d| over t ≠ 0"
    source = "signs: Bernstein et al., ICML 2018; on memristors: Prezioso et al., Nature 2015 (Manhattan rule)"
    Params = SignSGDParams

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        size = d.abs()  # (R, B, outputs)
        pulsed = size > self.params.threshold * size.amax(-1, keepdim=True)
        scale = (size * pulsed).sum(-1, keepdim=True) / pulsed.sum(-1, keepdim=True).clamp(min=1)  # (R, B, 1)
        state.update(x, d.sign() * pulsed * scale, lr)


@hookimpl
def analogbench_algorithms() -> list[type[Algorithm]]:
    """Analog sign-SGD."""
    return [AnalogSignSGD]
