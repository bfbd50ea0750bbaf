"""`patches` on the CPU, parallel over images."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float32]


def gather(x: Tensor, kernel: int, stride: int) -> Tensor:
    """x: (R, B, C, H, W), contiguous → (R, B·H'·W', C·k²)."""
    r, b, c, height, width = x.shape
    across = ((height - kernel) // stride + 1, (width - kernel) // stride + 1)
    patches = torch.empty(r, b * across[0] * across[1], c * kernel**2)
    _gather(x.flatten(0, 1).numpy(), patches.view(r * b, *across, c, kernel, kernel).numpy(), stride)
    return patches


def scatter(g: Tensor, shape: tuple[int, ...], kernel: int, stride: int) -> Tensor:
    """The sums of what falls on each pixel. g: (R, B·H'·W', C·k²), contiguous → shape, (R, B, C, H, W)."""
    r, b, c, height, width = shape
    across = ((height - kernel) // stride + 1, (width - kernel) // stride + 1)
    x = torch.zeros(shape)
    _scatter(g.view(r * b, *across, c, kernel, kernel).numpy(), x.flatten(0, 1).numpy(), stride)
    return x


@njit(cache=True, parallel=True)
def _gather(x: Floats, patches: Floats, stride: int) -> None:
    """x: (images, C, H, W), patches: (images, H', W', C, k, k)."""
    _, rows, columns, channels, kernel, _ = patches.shape
    for image in prange(x.shape[0]):
        for row in range(rows):
            for column in range(columns):
                for channel in range(channels):
                    for i in range(kernel):
                        for j in range(kernel):
                            pixel = x[image, channel, row * stride + i, column * stride + j]
                            patches[image, row, column, channel, i, j] = pixel


@njit(cache=True, parallel=True)
def _scatter(patches: Floats, x: Floats, stride: int) -> None:
    _, rows, columns, channels, kernel, _ = patches.shape
    for image in prange(x.shape[0]):
        for row in range(rows):
            for column in range(columns):
                for channel in range(channels):
                    for i in range(kernel):
                        for j in range(kernel):
                            x[image, channel, row * stride + i, column * stride + j] += patches[
                                image, row, column, channel, i, j
                            ]
