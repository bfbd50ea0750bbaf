"""Pulsed updates of a convolution by a training step: forward, errors of a loss, update by all patches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from analogbench.api import Tile
from analogbench.api.streams import Streams
from analogbench.crossbar.tile import PulsedTile
from analogbench_plugins.parity.convolutions.exact import kit
from analogbench_plugins.parity.convolutions.images import GEOMETRIES, Geometry, Images, make_images
from analogbench_plugins.parity.convolutions.layer import KitConvolution
from analogbench_plugins.parity.draws import BLOCK, CPU, KERNELS, PER_TILE, Draws
from analogbench_plugins.parity.families import FAMILIES, Batch, Case
from analogbench_plugins.parity.hidden import array_of, periphery_of, settings_of
from analogbench_plugins.parity.moments import compare, quarter
from analogbench_plugins.parity.updates import ROOM, UpdateResult, room

COMPOSED = "AIHWKIT's tile"
"""Beside the kernels: AIHWKIT's own tile that is given the patches, as rules use it from Python."""


@dataclass(frozen=True)
class ConvolutionCase:
    """A family of devices, with variations, under a convolution."""

    family: str
    geometry: Geometry

    @property
    def label(self) -> str:
        """As in the tables."""
        return f"{self.family}, {self.geometry.label}"

    def order_counts(self, inner: bool) -> bool:
        """Near the bounds, into which a weight may run between two pulses."""
        return not inner

    def config(self, seed: int) -> Any:
        """AIHWKIT's SingleRPUConfig, with its default converters and noise."""
        return Case(self.family, "", True).config(seed)


CASES = [ConvolutionCase("soft bounds", geometry) for geometry in GEOMETRIES] + [
    ConvolutionCase(family, GEOMETRIES[0]) for family in FAMILIES if family != "soft bounds"
]


def compare_convolution(
    case: ConvolutionCase, draws: int, seed: int, kernels: Sequence[str] = ("cpu",)
) -> list[UpdateResult]:
    """AnalogConv2d against tiles; the first kernel gets all draws, further ones a `quarter`."""
    images = make_images(case.geometry, seed)
    batch = images.batch(case.geometry)
    layer = KitConvolution(case.config(seed), case.geometry)
    theirs = kit_steps(case, images, draws, seed)
    results = []
    for kernel in kernels:
        count = draws if kernel == kernels[0] else quarter(draws)
        ours = (
            composed_steps(case, batch, count, seed) if kernel == COMPOSED else _ours(case, batch, count, seed, kernel)
        )
        results.append(UpdateResult(case, kernel, compare(theirs[:count], ours)))
        if kernel == "gpu":
            away = room(layer.tile, batch) > ROOM
            results.append(UpdateResult(case, kernel, compare(theirs[:count, away], ours[:, away]), inner=True))
    return results


def compare_all_updates(draws: int, seed: int) -> list[UpdateResult]:
    """All cases; soft bounds with the further kernels and AIHWKIT's tile, too."""
    results = []
    for case in CASES:
        kernels = ("cpu", "gpu", "reference", COMPOSED) if case.family == "soft bounds" else ("cpu",)
        results.extend(compare_convolution(case, draws, seed, kernels))
    return results


def kit_steps(case: ConvolutionCase, images: Images, draws: int, seed: int) -> Draws:
    """ΔW of `draws` steps of AnalogSGD from the same start, (draws, OUTPUTS·INPUTS)."""
    moved = []
    for number in range(draws):
        if number % PER_TILE == 0:
            layer = KitConvolution(case.config(seed), case.geometry)
        layer.tile.set_weights(images.w)
        start = layer.tile.get_weights()[0]
        layer.train(images)
        moved.append(layer.tile.get_weights()[0] - start)
    return _numbers(torch.stack(moved))


def composed_steps(case: ConvolutionCase, batch: Batch, draws: int, seed: int) -> Draws:
    """The same from AIHWKIT's tile behind our interface."""
    moved = []
    for number in range(draws):
        if number % PER_TILE == 0:
            tile = kit(case.config(seed))
        moved.append(train_step(tile, batch)[0])
    return _numbers(torch.stack(moved))


def _ours(case: ConvolutionCase, batch: Batch, draws: int, seed: int, kernel: str) -> Draws:
    """The same from the idealized tile with the same crosspoints."""
    blocks = []
    for start in range(0, draws, BLOCK):
        tile = idealized(case, range(start, min(start + BLOCK, draws)), seed, kernel)
        blocks.append(train_step(tile, batch))
    return _numbers(torch.cat(blocks))


def idealized(case: ConvolutionCase, numbers: Sequence[int], seed: int, kernel: str = "cpu") -> PulsedTile:
    """A replica for each number of a draw."""
    source, replicas = KitConvolution(case.config(seed), case.geometry).tile, len(numbers)
    config = source.rpu_config
    streams = Streams([seed * 1_000_000 + number for number in numbers], CPU, f"{case.label}; {kernel}")
    periphery, settings = periphery_of(config.forward, replicas), settings_of(config.update)
    return PulsedTile(array_of(source, replicas), periphery, streams, settings, KERNELS[kernel].pulsed_update)


def train_step(tile: Tile, batch: Batch) -> Tensor:
    """ΔW of one training step of every array, (R, OUTPUTS, INPUTS); batch.d holds the targets."""
    w, x, target = (t.expand(tile.shape[0], *t.shape).contiguous() for t in (batch.w, batch.x, batch.d))
    tile.program(w)
    start = tile.read()
    tile.update(x, tile.forward(x) - target, batch.lr)
    return tile.read() - start


def pulses_per_crosspoint(seed: int) -> float:
    """Of a training step, on average, with soft bounds."""
    case, replicas = CASES[0], 100
    tile = idealized(case, range(replicas), seed)
    train_step(tile, make_images(case.geometry, seed).batch(case.geometry))
    return float(tile.pulses.mean()) / (tile.shape[1] * tile.shape[2])


def _numbers(moved: Tensor) -> Draws:
    """(draws, OUTPUTS·INPUTS)."""
    return np.asarray(moved.flatten(1).double().numpy())
