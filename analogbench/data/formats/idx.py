"""The IDX format of MNIST: http://yann.lecun.com/exdb/mnist/."""

from __future__ import annotations

import gzip
import math
import struct

import numpy as np
from numpy.typing import NDArray

GZIP = b"\x1f\x8b"
UNSIGNED_BYTES = 8
"""The code of the only type that MNIST uses."""


def decode_idx(content: bytes) -> NDArray[np.uint8]:
    """The array of an IDX file of unsigned bytes, gzipped or not: of the shape that its header says.

    Raises ValueError where it is not one, or where it is longer or shorter than its header says.
    """
    content = _unzipped(content)
    if len(content) < 4 or content[:3] != bytes((0, 0, UNSIGNED_BYTES)):
        raise ValueError("not an IDX file of unsigned bytes")
    start = 4 + 4 * content[3]
    if len(content) < start:
        raise ValueError("an IDX file ends within its header")
    shape = struct.unpack(f">{content[3]}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise ValueError(f"an IDX file of shape {shape} has {len(content) - start} values")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape).copy()


def decode_mnist(images: bytes, labels: bytes) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pixels, (N, 28, 28), 0 the background and 255 the ink; labels, (N,). Raises ValueError where the two files do
    not belong together."""
    pixels, digits = decode_idx(images), decode_idx(labels)
    if pixels.shape[1:] != (28, 28) or digits.shape != pixels.shape[:1]:
        raise ValueError(f"images of shape {pixels.shape} do not go with labels of shape {digits.shape}")
    return pixels, digits


def _unzipped(content: bytes) -> bytes:
    if not content.startswith(GZIP):
        return content
    try:
        return gzip.decompress(content)
    except Exception as error:  # EOFError, BadGzipFile or zlib.error
        raise ValueError(f"a gzipped IDX file cannot be unzipped: {error}") from error
