"""One pulse at every crosspoint, by the only means there is: an update with x = 1 and d = ±1.

With [P24] and AIHWKIT's update management such a sample has k = lr/granularity pulses in the mean, in a train of ⌈k⌉
slots (Gokmen & Vlasov 2016), so that the rate that equals the granularity gives exactly one. The granularity follows
from the tile's own count of pulses; it is dw_min on most devices, but not on all.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from analogbench.api.tile import Tile

MARGIN = 1e-3
"""Below the granularity, which is counted less exactly than that: ⌈k⌉ must not become 2. So one pulse in a thousand is
missing."""

REPROGRAMMED = 16
"""How often a weight is programmed to learn how exactly that is done."""

SAMPLES = 500
FAR = 1e3
"""A weight beyond all bounds."""

REFINEMENTS = (0.5, 0.9, 0.99, 0.999)
"""Shares of the granularity with which it is counted: the nearer to one, the less chance there is in the count."""


class Pulser:
    """Pulses a tile with one replica. granularity, exact: see `Portrait`. rate: of the updates, and so the mean
    step where q = 1. noise: how much a weight differs from what was programmed, a standard deviation."""

    def __init__(self, tile: Tile, params: Any) -> None:
        """params: of the device; with its dw_min, if it has one, counting starts, and it stands for a missing count."""
        self.tile, self.params = tile, params
        _, outputs, inputs = tile.shape
        self._x, self._d = torch.ones(1, 1, inputs), torch.ones(1, 1, outputs)
        start = float(getattr(params, "dw_min", 1e-3))
        self.granularity = self._counted(start)
        self.rate = (1 - MARGIN) * self.granularity
        self.exact = self._always_one()
        low, high = self.bounds()
        again = torch.stack([self.program((low + high) / 2) for _ in range(REPROGRAMMED)])
        self.noise = float(again.std(0).median())

    def pulse(self, direction: int) -> None:
        """Every crosspoint once. direction: +1 up, −1 down."""
        # an update moves by −lr·d·x
        self.tile.update(self._x, -direction * self._d, self.rate)

    def weights(self) -> Tensor:
        """(N,) float64, the weights of all crosspoints."""
        return self.tile.read().flatten().double()

    def program(self, level: float) -> Tensor:
        """All crosspoints to one weight, as far as each can; returns where they are, (N,)."""
        self.tile.program(torch.full(self.tile.shape, level))
        return self.weights()

    def bounds(self) -> tuple[float, float]:
        """The median of the crosspoints' bounds."""
        return float(self.program(-FAR).median()), float(self.program(FAR).median())

    def _counted(self, guess: float) -> float:
        for share in REFINEMENTS:
            before = float(self.tile.pulses[0])
            x, d = self._x.expand(1, SAMPLES, -1).contiguous(), self._d.expand(1, SAMPLES, -1).contiguous()
            signs = torch.tensor([1.0, -1.0]).repeat(SAMPLES // 2)[None, :, None]
            self.tile.update(x, d * signs, share * guess)
            pulses = float(self.tile.pulses[0]) - before
            if math.isnan(pulses) or pulses <= 0:
                return guess
            guess *= share * SAMPLES * self._x.numel() * self._d.numel() / pulses
        return guess

    def _always_one(self) -> bool:
        before = float(self.tile.pulses[0])
        self.pulse(1)
        spent = float(self.tile.pulses[0]) - before
        return abs(spent / (self._x.numel() * self._d.numel()) - 1) < 1e-2
