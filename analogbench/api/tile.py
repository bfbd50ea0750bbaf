"""The interface of one crossbar array."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


class Tile(ABC):
    """R independent crossbar arrays of the same shape, each of `outputs` rows and `inputs` columns.

    A training rule may call `forward`, `backward` and `update`. `read` and `program` are exact and exist for initial
    programming, evaluation and checkpoints; a rule must not use them, since no hardware offers them.
    """

    shape: tuple[int, int, int]
    """(R, outputs, inputs)"""

    pulses: Tensor
    """(R,) float64, pulses spent so far by each replica's array: the hardware cost."""

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """Multiply by W, with the device's read non-idealities. x: (R, B, inputs) → (R, B, outputs)."""

    @abstractmethod
    def backward(self, d: Tensor) -> Tensor:
        """Multiply by the transposed W. d: (R, B, outputs) → (R, B, inputs)."""

    @abstractmethod
    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        """Move W by about −lr·Σ_b d_b x_bᵀ, as the device allows.

        x: (R, B, inputs), d: (R, B, outputs), lr: a number or a (R, 1, 1) tensor; a negative lr moves the other way.
        """

    @abstractmethod
    def read(self) -> Tensor:
        """A copy of the exact weights, (R, outputs, inputs)."""

    @abstractmethod
    def program(self, w: Tensor) -> None:
        """Set the weights to `w`, (R, outputs, inputs), clipped to what the array can hold."""
