"""One layer of R replicas, made and stepped as the engine does, on tiles that are watched. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from analogbench.api.algorithm import Algorithm
from analogbench.api.device import Device
from analogbench.api.params import Params, stack
from analogbench.api.streams import Streams
from analogbench.engine.factory import LayerFactory
from analogbench.testing.laboratory import varied
from analogbench.testing.rules import demand
from analogbench.testing.tiles import GuardedDevice, GuardedTile

OUTPUTS, INPUTS, BATCH = 5, 7, 3


def stacked(model: type[Params], given: Mapping[str, Any], seeds: Sequence[int], device: torch.device) -> Params:
    """Parameters of the replicas with `seeds`, as a job has them."""
    return stack([varied(model, given, seed) for seed in seeds], device)


class Rig:
    """A rule on a device. rate: learning rate of all replicas."""

    def __init__(self, rule: Algorithm, device: Device, seeds: Sequence[int], torch_device: torch.device) -> None:
        self.device = GuardedDevice(device)
        self.replicas, self.rate = len(seeds), 0.05
        streams = Streams(seeds, torch_device)
        self._inputs = streams.child("contract")
        self.factory = LayerFactory(rule, self.device, streams)
        self.layer = self.factory.linear(INPUTS, OUTPUTS, bias=False, out_scale=False)
        self.device.is_open = False

    @property
    def tiles(self) -> list[GuardedTile]:
        """All tiles of the rule."""
        return self.device.tiles

    def spent(self) -> Tensor:
        """(R,), pulses of all updates, counted beside the tiles."""
        return torch.stack([tile.spent for tile in self.tiles]).sum(0)

    def samples(self) -> tuple[Tensor, Tensor]:
        """The next mini-batch: x, (R, B, INPUTS), and d, (R, B, OUTPUTS), of each replica's own stream."""
        return self._inputs.normal("x", BATCH, INPUTS), 0.2 * self._inputs.normal("d", BATCH, OUTPUTS)

    def step(self, x: Tensor, d: Tensor) -> tuple[Tensor, Tensor]:
        """One training step; the products, (R, B, OUTPUTS) and (R, B, INPUTS)."""
        lr = torch.full((self.replicas, 1, 1), self.rate, device=x.device)
        y, back = self.layer.matrix.forward(x), self.layer.matrix.backward(d)
        self.layer.matrix.update(x, d, lr)
        self.factory.elapse()
        return y, back

    def run(self, steps: int) -> None:
        """Some steps."""
        for _ in range(steps):
            self.step(*self.samples())

    def weights(self) -> Tensor:
        """The rule's effective weights, (R, OUTPUTS, INPUTS); exact access is open meanwhile."""
        self.device.is_open = True
        try:
            return self.layer.matrix.weights().clone()
        finally:
            self.device.is_open = False


def demand_tensor(name: str, found: object, shape: tuple[int, ...], torch_device: torch.device) -> None:
    """Raise Broken unless `found` is a finite float32 tensor of that shape on that device."""
    if not isinstance(found, Tensor):
        demand(False, f"{name} returned a {type(found).__name__}, not a tensor")
        return
    demand(tuple(found.shape) == shape, f"{name} has shape {tuple(found.shape)} instead of {shape}")
    demand(found.dtype == torch.float32, f"{name} is {found.dtype} instead of torch.float32")
    demand(found.device.type == torch_device.type, f"{name} lies on {found.device} instead of {torch_device}")
    demand(bool(torch.isfinite(found).all()), f"{name} has {int((~torch.isfinite(found)).sum())} numbers not finite")


def largest_difference(one: Tensor, two: Tensor) -> float:
    """The largest |one − two|; infinite where one of them is not finite and the other is."""
    both = torch.isfinite(one) & torch.isfinite(two)
    alike = both | (one.isnan() & two.isnan()) | (one == two)
    if not bool(alike.all()):
        return float("inf")
    return float((one[both] - two[both]).abs().max()) if bool(both.any()) else 0.0
