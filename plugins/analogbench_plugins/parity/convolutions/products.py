"""Convolutions through noisy peripheries: outputs and gradients of the inputs, again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from analogbench_plugins.parity.convolutions.exact import Given, smooth_step
from analogbench_plugins.parity.convolutions.images import GEOMETRIES, Geometry
from analogbench_plugins.parity.convolutions.layer import KitConvolution
from analogbench_plugins.parity.draws import PER_TILE
from analogbench_plugins.parity.families import QUIET
from analogbench_plugins.parity.moments import Agreement, Floats, compare
from analogbench_plugins.parity.products import our_products


@dataclass(frozen=True)
class ConvolutionProducts:
    """One image multiplied again and again, through AIHWKIT's default periphery."""

    label: str
    agreement: Agreement

    @property
    def failed(self) -> bool:
        """Whether the comparison counts as a failure."""
        return not self.agreement.passed


def compare_all_products(draws: int, seed: int) -> list[ConvolutionProducts]:
    """Forward and backward, each stride and padding."""
    results = []
    for geometry in GEOMETRIES:
        kit, ours = kit_draws(geometry, draws, seed), our_draws(geometry, draws, seed)
        for way, a, b in zip(("forward", "backward"), kit, ours, strict=True):
            results.append(ConvolutionProducts(f"{way}: {geometry.label}", compare(a, b)))
    return results


def _given(geometry: Geometry, seed: int) -> Given:
    """One image and its errors."""
    given = smooth_step(geometry, seed)
    return Given(given.x[:1], given.d[:1], given.w, geometry)


def _layer(given: Given) -> KitConvolution:
    """A layer whose devices hold the weights exactly."""
    from aihwkit.simulator.configs import SingleRPUConfig
    from aihwkit.simulator.configs.devices import ConstantStepDevice

    layer = KitConvolution(SingleRPUConfig(device=ConstantStepDevice(**QUIET)), given.geometry)
    layer.tile.set_weights(given.w)
    return layer


def kit_draws(geometry: Geometry, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Outputs (draws, OUTPUTS·side²) and gradients of the inputs (draws, CHANNELS·SIDE²) of an AnalogConv2d."""
    given, seen = _given(geometry, seed), []
    for start in range(0, draws, PER_TILE):
        count = min(PER_TILE, draws - start)
        copies = (t.repeat(count, 1, 1, 1) for t in (given.x, given.d))
        seen.append(_layer(given).gradient(*copies))
    return _joined([y for y, _ in seen]), _joined([gradient for _, gradient in seen])


def our_draws(geometry: Geometry, draws: int, seed: int) -> tuple[Floats, Floats]:
    """The same from products of the patches, added up where patches overlap."""
    given = _given(geometry, seed)
    tile = _layer(given).tile

    def products(way: str, samples: Tensor) -> Tensor:
        return torch.from_numpy(our_products(tile, way, samples.repeat(draws, 1), seed, geometry.label))

    y = products("forward", geometry.patches(given.x))
    gradient = products("backward", geometry.samples(given.d))
    return _joined([geometry.maps(y)]), _joined([geometry.folded(gradient)])


def _joined(parts: list[Tensor]) -> Floats:
    """(draws, entries)."""
    return np.asarray(torch.cat(parts).flatten(1).double().numpy())
