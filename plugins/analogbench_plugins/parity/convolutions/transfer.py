"""Tiki-Taka on a convolution: AIHWKIT's TransferCompound in an AnalogConv2d against the rule on tiles given patches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from analogbench.api import Tile
from analogbench.api.streams import Streams
from analogbench_plugins.algorithms.tiki_taka import TikiTaka
from analogbench_plugins.parity.convolutions.images import (
    GEOMETRIES,
    IMAGES,
    INPUTS,
    OUTPUTS,
    Geometry,
    Images,
    make_images,
)
from analogbench_plugins.parity.convolutions.layer import KitConvolution
from analogbench_plugins.parity.draws import CPU, PER_TILE, Draws
from analogbench_plugins.parity.moments import Agreement, compare
from analogbench_plugins.parity.transfer import TransferCase, our_tile

SLOWER = {"fast_lr": 0.02}
"""The rate at which the fast array gets about as many pulses as the layers of the other comparisons."""


@dataclass(frozen=True)
class ConvolutionTransfer:
    """A Tiki-Taka compound under a convolution. sizes: images in each mini-batch."""

    rule: TransferCase
    geometry: Geometry = field(default_factory=Geometry)
    sizes: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """As in the tables."""
        return f"{self.rule.label}, {self.geometry.label}"

    def batches(self, seed: int) -> list[Images]:
        """One for each step, all with the same initial weights."""
        sizes = self.sizes or (IMAGES,) * self.rule.batches
        return [make_images(self.geometry, seed % 100 + 100 * step, size) for step, size in enumerate(sizes)]


CASES = [
    ConvolutionTransfer(TransferCase(5, rule=SLOWER)),
    ConvolutionTransfer(TransferCase(5, rule=SLOWER), GEOMETRIES[2]),
    ConvolutionTransfer(TransferCase(6, rule=SLOWER | {"transfer_every": 2, "n_reads": 3})),
    ConvolutionTransfer(TransferCase(5, family="power", rule=SLOWER)),
]
"""None with gamma: AIHWKIT then reads W + γP once, the rule reads both arrays, so that its errors are noisier."""


@dataclass(frozen=True)
class TransferResult:
    """One case: the change of the layer's weights, then of the fast array's."""

    case: ConvolutionTransfer
    agreement: Agreement

    @property
    def failed(self) -> bool:
        """Whether the comparison counts as a failure."""
        return not self.agreement.passed


def compare_convolution_transfer(case: ConvolutionTransfer, draws: int, seed: int) -> TransferResult:
    """After all mini-batches."""
    batches = case.batches(seed)
    start = torch.stack((batches[0].w, torch.zeros_like(batches[0].w))).flatten().numpy()
    kit, ours = kit_weights(case, batches, draws, seed), our_weights(case, batches, draws, seed)
    return TransferResult(case, compare(kit[:, -1] - start, ours[:, -1] - start))


def kit_weights(case: ConvolutionTransfer, batches: list[Images], draws: int, seed: int) -> Draws:
    """Weights of the layer, then of the fast array: (draws, steps, 2·OUTPUTS·INPUTS)."""
    seen: list[Tensor] = []
    for number in range(draws):
        if number % PER_TILE == 0:
            layer = KitConvolution(case.rule.config(seed), case.geometry, case.rule.lr)
        layer.tile.set_weights(batches[0].w)  # also empties the fast array and starts counting anew
        for images in batches:
            layer.train(images)
            seen.append(_both(layer.tile))
    return _numbers(torch.stack(seen), draws)


def our_weights(case: ConvolutionTransfer, batches: list[Images], draws: int, seed: int) -> Draws:
    """The same from the rule `tiki-taka`."""
    rule, lr = TikiTaka(case.rule.params()), torch.full((draws, 1, 1), case.rule.lr)
    state, seen = rule.build(_tiles(case, batches[0].w, draws, seed).__getitem__), []
    for images in batches:
        batch = images.batch(case.geometry)
        x, target = (t.repeat(draws, 1, 1) for t in (batch.x, batch.d))
        rule.update(state, x, rule.forward(state, x) - target, lr)
        seen.append(torch.stack((rule.weights(state), state.fast.read()), dim=1))
    return _numbers(torch.stack(seen, dim=1), draws)


def _tiles(case: ConvolutionTransfer, w: Tensor, draws: int, seed: int) -> dict[str, Tile]:
    """By name, idealized tiles with the crosspoints of the compound, all draws as replicas. w: (OUTPUTS, INPUTS)."""
    source = KitConvolution(case.rule.config(seed), case.geometry).tile
    streams = Streams(range(seed * 1_000_000, seed * 1_000_000 + draws), CPU, case.label)
    fast, slow = (our_tile(source, part, draws, streams) for part in range(2))
    slow.program(w.repeat(draws, 1, 1))
    return {"weight": slow, "fast": fast}


def _both(tile: Any) -> Tensor:
    return torch.stack((tile.get_weights()[0], tile.get_hidden_parameters()["hidden_weights_0"]))


def _numbers(weights: Tensor, draws: int) -> Draws:
    return np.asarray(weights.reshape(draws, -1, 2 * OUTPUTS * INPUTS).double().numpy())
