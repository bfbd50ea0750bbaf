from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from analogbench.data.formats.idx import decode_idx, decode_mnist

ARRAYS = arrays.arrays(np.uint8, arrays.array_shapes(max_dims=3, max_side=5))


def idx(values: NDArray[np.uint8]) -> bytes:
    return struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.tobytes()


@given(ARRAYS, st.booleans())
def test_what_was_written_is_read(values: NDArray[np.uint8], zipped: bool) -> None:
    content = gzip.compress(idx(values)) if zipped else idx(values)
    read = decode_idx(content)
    assert read.shape == values.shape
    assert read.dtype == np.uint8
    assert (read == values).all()


@given(ARRAYS, st.booleans(), st.data())
def test_a_file_that_is_cut_off_is_refused(values: NDArray[np.uint8], zipped: bool, data: st.DataObject) -> None:
    content = gzip.compress(idx(values)) if zipped else idx(values)
    with pytest.raises(ValueError, match="IDX"):
        decode_idx(content[: data.draw(st.integers(0, len(content) - 1))])


@given(st.binary(max_size=40))
def test_anything_else_is_refused_or_has_the_size_it_says(content: bytes) -> None:
    try:
        values = decode_idx(content)
    except ValueError:
        return
    assert values.size < len(content)


def test_other_types_than_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="unsigned bytes"):
        decode_idx(bytes((0, 0, 13, 1)) + struct.pack(">If", 1, 0.5))


@pytest.mark.parametrize(("images", "labels"), [((3, 28, 28), (2,)), ((3, 28, 27), (3,)), ((3, 784), (3,))])
def test_images_and_labels_belong_together(images: tuple[int, ...], labels: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="do not go with"):
        decode_mnist(idx(np.zeros(images, np.uint8)), idx(np.zeros(labels, np.uint8)))
