"""The interface of one crossbar array."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from analogbench.errors import PluginError

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
    """(R,) float64, pulses spent so far by each replica's array: the hardware cost; NaN where they are not counted."""

    capturable: bool = False
    """Whether `forward`, `backward`, `update` and `elapse` use tensors only, so that their steps may be recorded and
    replayed; see `Algorithm.capturable`. `pulses` must then be added to in place."""

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

    def check(self, x: Tensor | None = None, d: Tensor | None = None) -> None:
        """Raise PluginError unless `x`, (R, B, inputs), and `d`, (R, B, outputs), fit the tile and each other.

        For use by tiles whose kernels trust their arguments: a wrong shape must not become a wrong number.
        """
        r, outputs, inputs = self.shape
        for name, tensor, lines in (("x", x, inputs), ("d", d, outputs)):
            if tensor is None:
                continue
            shape = tensor.shape  # asked for once: this runs several times in each layer's step
            if len(shape) != 3 or shape[0] != r or shape[2] != lines:
                raise PluginError(
                    f"a rule gave {name} of shape {tuple(shape)} to a tile of shape {self.shape}; "
                    f"expected ({r}, batch, {lines})"
                )
        if x is not None and d is not None and x.size(1) != d.size(1):
            raise PluginError(f"a rule gave {x.shape[1]} samples of x and {d.shape[1]} of d to a tile")

    def elapse(self) -> None:  # noqa: B027 - most devices keep what they hold
        """A training step has passed, whether or not the tile was pulsed in it: weights leak or diffuse, where the
        device does so. By default nothing happens."""

    @abstractmethod
    def read(self) -> Tensor:
        """A copy of the exact weights, (R, outputs, inputs)."""

    @abstractmethod
    def program(self, w: Tensor) -> None:
        """Set the weights to `w`, (R, outputs, inputs), clipped to what the array can hold."""

    def state_dict(self) -> dict[str, Any]:
        """All that changes during training, as plain data, for checkpoints: numbers, texts, None, tensors, and lists
        and dictionaries of such. By default every attribute of the object, followed into other objects, but neither
        tiles nor random streams. Raises UnsavableError where something in it cannot become plain data."""
        from analogbench.api.snapshot import snapshot

        return {name: snapshot(value, name) for name, value in vars(self).items()}

    def load_state_dict(self, data: dict[str, Any]) -> None:
        """Go on from `data`, which `state_dict` of a tile that was built in the same way made; tensors stay where they
        are. Raises UnsavableError where it does not fit."""
        from analogbench.api.snapshot import restore

        for name, value in list(vars(self).items()):
            if (new := restore(value, data.get(name), name)) is not value:
                setattr(self, name, new)
