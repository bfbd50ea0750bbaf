"""CIFAR10 as pictures: each batch is a PNG of 10000 rows, one image each, of 1024 pixels; labels are JSON."""

from __future__ import annotations

import io
import json
import warnings

import numpy as np
from numpy.typing import NDArray

from analogbench.data.fetching.reasons import SourceError

IMAGES = 10_000
"""In one batch."""


def binary_batch(png: bytes, labels: NDArray[np.uint8]) -> bytes:
    """A batch in CIFAR10's binary form. labels: (10000,). Raises SourceError where the PNG is not such a batch."""
    pixels = decode_batch(png).transpose(0, 2, 1).reshape(IMAGES, -1)  # (N, 1024, 3) → (N, 3 · 1024)
    return np.concatenate([labels[:, None], pixels], axis=1).tobytes()


def decode_batch(png: bytes) -> NDArray[np.uint8]:
    """Pixels, (10000, 1024, 3). Raises SourceError where the PNG has another size or cannot be read."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of a picture that would fill the memory
            with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
                if (picture.size, picture.mode) != ((1024, IMAGES), "RGB"):
                    raise SourceError(f"a batch is a {picture.mode} picture of {picture.size} pixels")
                return np.asarray(picture, np.uint8)
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        raise SourceError(f"a batch is not a PNG that can be read: {error}") from error


def decode_labels(text: bytes, count: int) -> NDArray[np.uint8]:
    """Labels, (count,), from a JSON list. Raises SourceError where it is anything else."""
    try:
        labels = np.asarray(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"the labels cannot be read: {error}") from error
    if labels.shape != (count,) or labels.dtype.kind != "i" or not 0 <= labels.min() <= labels.max() <= 9:
        raise SourceError(f"the labels are not {count} numbers from 0 to 9")
    return labels.astype(np.uint8)
