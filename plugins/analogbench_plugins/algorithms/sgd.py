"""Digital stochastic gradient descent, the reference of every table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analogbench.api import Algorithm, Device, SingleTileRule, Tile, hookimpl

if TYPE_CHECKING:
    from torch import Tensor


class SGD(SingleTileRule):
    """Stochastic gradient descent on digital weights."""

    name = "sgd"
    formula = "W ← W − lr·g"
    source = "Robbins & Monro 1951"
    capturable = True

    @classmethod
    def fits(cls, device: type[Device]) -> bool:
        return not device.analog

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d, lr)


@hookimpl
def analogbench_algorithms() -> list[type[Algorithm]]:
    """Digital SGD."""
    return [SGD]
