"""A tile on a test bench, alone, without any rule. Imports torch."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from analogbench.api.device import Device, TileContext
from analogbench.api.streams import Streams
from analogbench.testing.rig import stacked
from analogbench.testing.rules import demand

OUTPUTS, INPUTS, BATCH = 5, 7, 3
READS, PUSHES = 400, 25
FAR = 1e6
"""A weight that no array can hold."""


def targets(device: type[Device]) -> list[str]:
    """Where tiles of a device can be tried here."""
    with warnings.catch_warnings():  # torch warns of a driver that it cannot use
        warnings.simplefilter("ignore")
        cuda = torch.cuda.is_available()
    return [target for target in device.targets() if target == "cpu" or cuda]


class Bench:
    """A tile of R replicas, whose parameters all differ.

    scale: (R, 1, 1), about the largest weight that the crosspoints of a replica hold, at most 1. least: the smallest of
    them. noise: standard deviation of a weight around what was programmed, 0 for most devices.
    """

    def __init__(
        self,
        device: type[Device],
        params: Mapping[str, Any],
        seeds: Sequence[int],
        target: str,
        made: Device | None = None,
    ) -> None:
        """made: the device with parameters of its own, in the place of those that differ."""
        self._all = (device, params, seeds, target)
        self.where = torch.device(target)
        self.replicas = len(seeds)
        streams = Streams(seeds, self.where)
        self.inputs, self.streams = streams.child("contract"), streams.child("tile-weight")
        arrays = made or device(stacked(device.Params, params, seeds, self.where))
        self.tile = arrays.build_tile((self.replicas, OUTPUTS, INPUTS), TileContext(self.streams, self.where))
        self._demand_new()
        low, high = self.limits()
        self.scale = torch.minimum(high, -low).flatten(1).median(1).values.clamp(max=1.0)[:, None, None]
        self.least = float(self.scale.min())
        self.noise = self._noise()

    def _noise(self) -> float:
        reads = []
        for _ in range(2):
            self.tile.program(torch.zeros(self.replicas, OUTPUTS, INPUTS, device=self.where))
            reads.append(self.tile.read().clone())
        return float((reads[0] - reads[1]).std()) / 2**0.5

    def of(self, made: Device) -> Bench:
        """The same bench for a device with other parameters."""
        return Bench(*self._all, made)

    def _demand_new(self) -> None:
        r, shape = self.replicas, (self.replicas, OUTPUTS, INPUTS)
        demand(tuple(self.tile.shape) == shape, f"a tile says that its shape is {tuple(self.tile.shape)}, not {shape}")
        weights = self.tile.read()
        demand(
            weights.dtype == torch.float32 and tuple(weights.shape) == shape,
            f"read() gives {weights.dtype} {tuple(weights.shape)}",
        )
        pulses = self.tile.pulses
        demand(
            pulses.dtype == torch.float64 and tuple(pulses.shape) == (r,),
            f"pulses are {pulses.dtype} {tuple(pulses.shape)}, not float64 {(r,)}",
        )

    def limits(self) -> tuple[Tensor, Tensor]:
        """The least and the largest weight that each crosspoint holds, (R, OUTPUTS, INPUTS) each."""
        found = []
        for far in (-FAR, FAR):
            self.tile.program(torch.full((self.replicas, OUTPUTS, INPUTS), far, device=self.where))
            found.append(self.tile.read().clone())
        return found[0], found[1]

    def program_spread(self) -> None:
        """Different weights, within half the range; read() then gives a copy of them."""
        unit = 2.0 * self.inputs.uniform("w", OUTPUTS, INPUTS) - 1.0
        self.tile.program(0.5 * self.scale * unit)
        kept = self.tile.read().clone()
        self.tile.read().zero_()
        demand(bool((self.tile.read() == kept).all()), "read() gives the weights themselves and not a copy")

    def demand_products(self) -> None:
        """Raise Broken unless the mean of many reads by unit vectors is W, forward and backward."""
        for name, lines in (("forward", INPUTS), ("backward", OUTPUTS)):
            unit = torch.eye(lines, device=self.where).repeat(self.replicas, READS, 1)  # (R, READS·lines, lines)
            read = self.tile.forward(unit) if name == "forward" else self.tile.backward(unit)
            reads = read.reshape(self.replicas, READS, lines, -1)
            exact = self.tile.read().mT if name == "forward" else self.tile.read()
            apart, error = (reads.mean(1) - exact).abs(), reads.std(1) / READS**0.5
            worst = float((apart / (5.0 * error + 0.02 * self.scale)).max())
            what = f"{name} misses the weights by up to {float(apart.max()):.3g}"
            demand(worst <= 1.0, f"{what}, {worst:.1f} times what noise allows")

    def push(self, share: float) -> float:
        """One update with x = d = 1 and a rate of that share of `scale`; by how much the mean weight moved."""
        before = self.tile.read().clone()
        self._ones(share)
        return float((self.tile.read() - before).mean())

    def mean_push(self, share: float) -> float:
        """The mean of many such updates, each from zero: single ones of a noisy device may go astray."""
        moved = []
        for _ in range(PUSHES):
            self.tile.program(torch.zeros(self.replicas, OUTPUTS, INPUTS, device=self.where))
            moved.append(self.push(share))
        return sum(moved) / PUSHES

    def drive(self, sign: float) -> None:
        """Many updates, for a positive sign downward, from zero."""
        self.tile.program(torch.zeros(self.replicas, OUTPUTS, INPUTS, device=self.where))
        for _ in range(100):
            self._ones(sign / 5)

    def zeros(self) -> None:
        """An update for which nothing is asked."""
        shape = (self.replicas, BATCH)
        self.tile.update(
            torch.zeros(*shape, INPUTS, device=self.where), torch.zeros(*shape, OUTPUTS, device=self.where), 0.1
        )

    def step(self, updates: int, spoil: int | None = None) -> None:
        """Random updates. spoil: the replica that gets NaN in the second one."""
        for number in range(updates):
            x, d = self.inputs.normal("x", BATCH, INPUTS), self.inputs.normal("d", BATCH, OUTPUTS)
            if spoil is not None and number == 1:
                x[spoil, 0, 2], d[spoil, 1, 3] = float("nan"), float("nan")
            self.tile.forward(x)
            self.tile.update(x, d, 0.02 * self.scale)
            self.tile.elapse()

    def trace(self, name: str) -> Tensor:
        """What an instance shows itself by: its bounds, or what random updates do, (R, OUTPUTS, INPUTS)."""
        if name == "bounds":
            return self.limits()[1]
        self.program_spread()
        self.step(4)
        return self.tile.read()

    def pulses(self) -> Tensor:
        """(R,), a copy."""
        return self.tile.pulses.clone()

    def save(self) -> bytes:
        """The tile and its streams, as a checkpoint has them: plain data."""
        buffer = io.BytesIO()
        torch.save({"tile": self.tile.state_dict(), "streams": [list(p) for p in self.streams.positions()]}, buffer)
        return buffer.getvalue()

    def restore(self, saved: bytes) -> None:
        """Go on from it."""
        state = torch.load(io.BytesIO(saved), weights_only=True)
        self.tile.load_state_dict(state["tile"])
        self.streams.set_positions([(prefix, positions) for prefix, positions in state["streams"]])

    def _ones(self, share: float) -> None:
        x = torch.ones(self.replicas, 1, INPUTS, device=self.where)
        self.tile.update(x, torch.ones(self.replicas, 1, OUTPUTS, device=self.where), share * self.scale)
