"""The digital reference: exact numbers, exact products, exact updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analogbench.api import Device, Tile, TileContext, hookimpl

if TYPE_CHECKING:
    from torch import Tensor


class DigitalTile(Tile):
    """R float32 matrices; spends no pulses."""

    capturable = True

    def __init__(self, shape: tuple[int, int, int], context: TileContext) -> None:
        import torch

        self.shape = shape
        self.w = torch.zeros(shape, device=context.torch_device)
        self.pulses = torch.zeros(shape[0], dtype=torch.float64, device=context.torch_device)

    def forward(self, x: Tensor) -> Tensor:
        self.check(x=x)
        return x @ self.w.mT

    def backward(self, d: Tensor) -> Tensor:
        self.check(d=d)
        return d @ self.w

    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        self.check(x, d)
        self.w.baddbmm_((d * -lr).mT, x)  # one pass over the weights

    def read(self) -> Tensor:
        return self.w.clone()

    def program(self, w: Tensor) -> None:
        self.w.copy_(w)


class Digital(Device):
    """Floating-point memory: W ← W − lr·g, exactly."""

    name = "digital"
    source = "IEEE 754 single precision"
    analog = False

    def build_tile(self, shape: tuple[int, int, int], context: TileContext) -> Tile:
        return DigitalTile(shape, context)


@hookimpl
def analogbench_devices() -> list[type[Device]]:
    """The digital reference."""
    return [Digital]
