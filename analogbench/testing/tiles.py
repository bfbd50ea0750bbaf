"""Tiles to try rules on: an exact one, and one that lets nothing through but what hardware offers. Imports torch."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from analogbench.api import Device, Tile, TileContext
from analogbench.testing.rules import Broken

Shape = tuple[int, int, int]


class ExactTile(Tile):
    """R float32 matrices with exact products. granularity: the step of a pulse, to count them; None: there are none.
    tau: steps shrink as W/τ towards the bounds ±τ; None: they do not."""

    def __init__(self, shape: Shape, context: TileContext, granularity: float | None, tau: float | None = None) -> None:
        self.shape, self.granularity, self.tau = shape, granularity, tau
        self.w = torch.zeros(shape, device=context.torch_device)
        self.pulses = torch.zeros(shape[0], dtype=torch.float64, device=context.torch_device)

    def forward(self, x: Tensor) -> Tensor:
        """Exact. x: (R, B, inputs) → (R, B, outputs)."""
        self.check(x=x)
        return x @ self.w.mT

    def backward(self, d: Tensor) -> Tensor:
        """Exact. d: (R, B, outputs) → (R, B, inputs)."""
        self.check(d=d)
        return d @ self.w

    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        """Exact, or by soft bounds. x: (R, B, inputs), d: (R, B, outputs)."""
        self.check(x, d)
        step = -lr * (d.mT @ x)
        self.w += step if self.tau is None else step - step.abs() * self.w / self.tau
        if self.granularity is not None:
            spent = lr * (d.abs().mT @ x.abs()) / self.granularity
            self.pulses += spent.abs().sum((1, 2), dtype=torch.float64)

    def read(self) -> Tensor:
        """A copy, (R, outputs, inputs)."""
        return self.w.clone()

    def program(self, w: Tensor) -> None:
        """w: (R, outputs, inputs)."""
        self.w.copy_(w)


class GuardedTile(Tile):
    """Another tile, whose exact access can be closed, and whose pulses are counted a second time.

    touched: what was used of the inner tile that is not of the interface. spent: (R,), pulses of all updates.
    """

    _OWN = ("inner", "open", "spent")

    def __init__(self, inner: Tile, open_: Callable[[], bool]) -> None:
        self.inner, self.open = inner, open_
        self.shape, self.capturable = inner.shape, inner.capturable
        self.spent = torch.zeros_like(inner.pulses)

    @property
    def pulses(self) -> Tensor:  # type: ignore[override] # a rule that sets it fails
        """(R,), as the inner tile counts them."""
        return self.inner.pulses

    def forward(self, x: Tensor) -> Tensor:
        """As the inner tile."""
        return self.inner.forward(x)

    def backward(self, d: Tensor) -> Tensor:
        """As the inner tile."""
        return self.inner.backward(d)

    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        """As the inner tile."""
        before = self.inner.pulses.clone()
        self.inner.update(x, d, lr)
        self.spent += self.inner.pulses - before

    def elapse(self) -> None:
        """As the inner tile."""
        self.inner.elapse()

    def read(self) -> Tensor:
        """As the inner tile, while it is open. Raises Broken."""
        self._refuse("read")
        return self.inner.read()

    def program(self, w: Tensor) -> None:
        """As the inner tile, while it is open. Raises Broken."""
        self._refuse("program")
        self.inner.program(w)

    def _refuse(self, method: str) -> None:
        if not self.open():
            raise Broken(f"it called Tile.{method}, exact access that no hardware offers")

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") or name == "inner":
            raise AttributeError(name)
        raise Broken(f"it used {name!r} of a tile, which is not of the interface of tiles")


class GuardedDevice(Device):
    """Makes the tiles of another device, guarded; never a compound, so that the rule itself is what runs."""

    name = "contract-guarded"

    def __init__(self, inner: Device) -> None:
        super().__init__(inner.params)
        self.inner, self.is_open = inner, True
        self.tiles: list[GuardedTile] = []

    def build_tile(self, shape: Shape, context: TileContext) -> GuardedTile:
        """The other device's tile, within a guard that is closed together with all others."""
        tile = GuardedTile(self.inner.build_tile(shape, context), lambda: self.is_open)
        self.tiles.append(tile)
        return tile
