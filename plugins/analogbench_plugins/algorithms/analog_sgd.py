"""Analog SGD: every gradient is pulsed straight into the array that holds the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analogbench.api import Algorithm, SingleTileRule, Tile, hookimpl

if TYPE_CHECKING:
    from torch import Tensor


class AnalogSGD(SingleTileRule):
    """Stochastic gradient descent by pulsed outer products on one array; stops at an error that never vanishes."""

    name = "analog-sgd"
    formula = "W ← U(W, −lr·g), U(W, Δ) = W + Δ⊙F(W) − |Δ|⊙G(W)"
    source = "Gokmen & Vlasov, Front. Neurosci. 2016; dynamics: Wu et al., NeurIPS 2024, eq. 5"
    capturable = True

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d, lr)


@hookimpl
def analogbench_algorithms() -> list[type[Algorithm]]:
    """Analog SGD."""
    return [AnalogSGD]
