"""Training rules that a device has built in."""

from __future__ import annotations

from torch import Tensor

from analogbench.api.algorithm import Algorithm, RuleParams, SingleTileRule
from analogbench.api.tile import Tile


class NativeRule(SingleTileRule):
    """Stands for `rule` where one compound tile of the device does all that the rule does."""

    def __init__(self, rule: Algorithm) -> None:
        super().__init__(RuleParams())
        self.name = rule.name  # type: ignore[misc]  # messages are about the rule

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        """Hand the gradient to the compound. x: (R, B, inputs), d: (R, B, outputs), lr: (R, 1, 1)."""
        state.update(x, d, lr)
