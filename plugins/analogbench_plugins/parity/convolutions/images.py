"""Images, errors and weights for the comparison of convolutions, and the patches that a tile sees of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from analogbench_plugins.parity.families import Batch

CHANNELS, OUTPUTS, KERNEL, SIDE, IMAGES = 2, 4, 3, 6, 4
INPUTS = CHANNELS * KERNEL**2
RATE = 0.01


@dataclass(frozen=True)
class Geometry:
    """How the kernels walk over images of SIDE × SIDE."""

    stride: int = 1
    padding: int = 0

    @property
    def label(self) -> str:
        """As in the tables."""
        return f"stride {self.stride}, padding {self.padding}"

    @property
    def side(self) -> int:
        """Rows and columns of an output map."""
        return (SIDE + 2 * self.padding - KERNEL) // self.stride + 1

    def patches(self, x: Tensor) -> Tensor:
        """x: (B, CHANNELS, SIDE, SIDE) → (B·side², INPUTS), image by image, row by row."""
        columns = functional.unfold(x, KERNEL, padding=self.padding, stride=self.stride)
        return columns.mT.reshape(-1, INPUTS)

    def folded(self, patches: Tensor) -> Tensor:
        """Patches (B·side², INPUTS) added up where they overlap: (B, CHANNELS, SIDE, SIDE)."""
        columns = patches.reshape(-1, self.side**2, INPUTS).mT
        return functional.fold(columns, (SIDE, SIDE), KERNEL, padding=self.padding, stride=self.stride)

    def maps(self, y: Tensor) -> Tensor:
        """Outputs of patches (B·side², OUTPUTS) as maps (B, OUTPUTS, side, side)."""
        return y.reshape(-1, self.side**2, OUTPUTS).mT.reshape(-1, OUTPUTS, self.side, self.side)

    def samples(self, maps: Tensor) -> Tensor:
        """The inverse of `maps`."""
        return maps.flatten(2).mT.reshape(-1, OUTPUTS)


GEOMETRIES = [Geometry(), Geometry(padding=1), Geometry(stride=2, padding=1)]


@dataclass(frozen=True)
class Images:
    """A mini-batch. x: (B, CHANNELS, SIDE, SIDE), target: (B, OUTPUTS, side, side), w: (OUTPUTS, INPUTS).

    The loss is ½ Σ (y − target)², so that the errors are those of the target and the noise of the outputs y.
    """

    x: Tensor
    target: Tensor
    w: Tensor

    def batch(self, geometry: Geometry) -> Batch:
        """What a tile is given; d holds the targets."""
        return Batch(self.w, geometry.patches(self.x), geometry.samples(self.target), RATE)


def make_images(geometry: Geometry, seed: int, count: int = IMAGES) -> Images:
    """Smooth images, 0 in two fifths of their pixels, and smooth errors of about 0.1. Weights are uniform in ±1/√INPUTS
    and follow from the last two digits of the seed: seeds that differ by hundreds are steps of one training."""
    generator = torch.Generator().manual_seed(seed)
    x = (_smooth(count, CHANNELS, SIDE, generator) - 0.4).clamp(min=0) / 0.6
    errors = 0.4 * (_smooth(count, OUTPUTS, geometry.side, generator) - 0.5)
    w = (torch.rand(OUTPUTS, INPUTS, generator=torch.Generator().manual_seed(seed % 100)) * 2 - 1) / math.sqrt(INPUTS)
    return Images(x, geometry.maps(geometry.patches(x) @ w.T) - errors, w)


def _smooth(count: int, channels: int, side: int, generator: torch.Generator) -> Tensor:
    """(count, channels, side, side) in [0, 1], neighbours alike."""
    coarse = torch.rand(count, channels, 3, 3, generator=generator)
    return functional.interpolate(coarse, (side, side), mode="bilinear", align_corners=True)
