"""`patches` on the CPU, parallel over images."""

from __future__ import annotations

import numpy as np
import torch
from numba import njit, prange
from numpy.typing import NDArray
from torch import Tensor

from analogbench.simd.llvm import LANES
from analogbench.simd.rows import add_row, copy_row
from analogbench.simd.threads import run_on, threads_for

Floats = NDArray[np.float32]

PIXEL = 0.5
"""Nanoseconds to copy or to add one."""


def gather(x: Tensor, kernel: int, stride: int) -> Tensor:
    """x: (R, B, C, H, W), contiguous → (R, B·H'·W', C·k²)."""
    r, b, c, height, width = x.shape
    across = ((height - kernel) // stride + 1, (width - kernel) // stride + 1)
    patches = torch.empty(r, b * across[0] * across[1], c * kernel**2)
    pieces = patches.view(r * b, *across, c, kernel, kernel).numpy()
    run_on(threads_for(PIXEL * patches.numel(), len(pieces)), _gather, x.flatten(0, 1).numpy(), pieces, stride)
    return patches


def scatter(g: Tensor, shape: tuple[int, ...], kernel: int, stride: int) -> Tensor:
    """The sums of what falls on each pixel. g: (R, B·H'·W', C·k²), contiguous → shape, (R, B, C, H, W)."""
    r, b, c, height, width = shape
    across = ((height - kernel) // stride + 1, (width - kernel) // stride + 1)
    x = torch.zeros(shape)
    pieces = g.view(r * b, *across, c, kernel, kernel).numpy()
    run_on(threads_for(PIXEL * g.numel(), len(pieces)), _scatter, pieces, x.flatten(0, 1).numpy(), stride)
    return x


@njit(cache=True, parallel=True)
def _gather(x: Floats, patches: Floats, stride: int) -> None:
    """x: (images, C, H, W), patches: (images, H', W', C, k, k)."""
    _, rows, columns, channels, kernel, _ = patches.shape
    _, _, height, width = x.shape
    for image in prange(x.shape[0]):
        at = image * rows * columns * channels * kernel * kernel
        for row in range(rows):
            for column in range(columns):
                for channel in range(channels):
                    start = ((image * channels + channel) * height + row * stride) * width + column * stride
                    for i in range(kernel):
                        for j in range(0, kernel, LANES):
                            copy_row(patches, at + j, x, start + i * width + j, min(kernel - j, LANES))
                        at += kernel


@njit(cache=True, parallel=True)
def _scatter(patches: Floats, x: Floats, stride: int) -> None:
    """The way back: adds. A row is added to right after the same row of another channel, not after its neighbour: where
    rows are short, a core would wait for the neighbour's sum to reach the cache."""
    _, rows, columns, channels, kernel, _ = patches.shape
    _, _, height, width = x.shape
    for image in prange(x.shape[0]):
        for row in range(rows):
            for column in range(columns):
                patch = ((image * rows + row) * columns + column) * channels * kernel * kernel
                start = (image * channels * height + row * stride) * width + column * stride
                for i in range(kernel):
                    for channel in range(channels):
                        at = patch + (channel * kernel + i) * kernel
                        pixel = start + (channel * height + i) * width
                        for j in range(0, kernel, LANES):
                            add_row(x, pixel + j, patches, at + j, min(kernel - j, LANES))
