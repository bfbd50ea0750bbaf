"""CIFAR10's two formats, binary and pickled, of which each batch holds 10000 images:
https://www.cs.toronto.edu/~kriz/cifar.html."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analogbench.data.formats.checksums import Checksum, read_checked

IMAGE = (3, 32, 32)
"""Colours (red, green, blue), rows, columns."""

PIXELS = 3 * 32 * 32

Batch = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Pixels, (N, 3, 32, 32), and labels, (N,)."""


def read_batch(path: Path, checksum: Checksum) -> Batch:
    """Read one batch: pixels, (N, 3, 32, 32), and labels, (N,).

    A file without the suffix .bin is a pickled one. It is unpickled only after its checksum has been found right:
    to unpickle is to run whatever the file says.

    Raises DamagedError where the checksum is wrong, OSError where the file cannot be read.
    """
    content = read_checked(path, checksum)
    return decode_binary(content) if path.suffix == ".bin" else _unpickle(content)


def decode_binary(content: bytes) -> Batch:
    """Rows of a label and 3072 pixels, one byte each. Raises ValueError where a row is cut off."""
    if len(content) % (1 + PIXELS):
        raise ValueError(f"a batch of {len(content)} bytes does not consist of rows of {1 + PIXELS}")
    rows = np.frombuffer(content, np.uint8).reshape(-1, 1 + PIXELS)
    return rows[:, 1:].reshape(-1, *IMAGE), rows[:, 0]


def joined(batches: Sequence[Batch]) -> Batch:
    """All images of several batches, in their order."""
    pixels, labels = zip(*batches, strict=True)
    return np.concatenate(pixels), np.concatenate(labels)


def _unpickle(content: bytes) -> Batch:
    """Content that is known to be the published one; it was pickled by Python 2."""
    batch = pickle.loads(content, encoding="latin1")
    return np.asarray(batch["data"], np.uint8).reshape(-1, *IMAGE), np.asarray(batch["labels"], np.uint8)
