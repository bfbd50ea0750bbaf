"""CIFAR10 as tensors; imports torch."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch

from analogbench.api import Data
from analogbench.data import read_cifar10


def load(device: torch.device) -> Data:
    """All images: uint8 (N, 3, 32, 32), labels int64 (N,); 50,000 for training, in the order of the files, and 10,000
    for testing. Raises DataMissingError."""
    train, test = (_tensors(part, device) for part in ("train", "test"))
    return Data(train, test, "CIFAR10")


def _tensors(part: Literal["train", "test"], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    images, labels = read_cifar10(part)
    return torch.from_numpy(images).to(device), torch.from_numpy(labels.astype(np.int64)).to(device)
