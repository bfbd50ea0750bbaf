from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analogbench.data.formats.checksums import Checksum, DamagedError
from analogbench.data.formats.cifar10 import decode_binary, joined, read_batch


def test_a_row_is_a_label_and_three_planes() -> None:
    rows = np.zeros((2, 3073), np.uint8)
    rows[:, 0] = 7, 3
    rows[1, 1 + 1024 + 32 * 2 + 5] = 99  # green, third row, sixth column
    pixels, labels = decode_binary(rows.tobytes())
    assert pixels.shape == (2, 3, 32, 32)
    assert labels.tolist() == [7, 3]
    assert np.argwhere(pixels).tolist() == [[1, 1, 2, 5]]
    assert pixels.max() == 99


def test_a_row_that_is_cut_off_is_refused() -> None:
    with pytest.raises(ValueError, match="3073"):
        decode_binary(bytes(3073 * 2 - 1))


def test_batches_are_joined_in_their_order() -> None:
    pixels, labels = joined([decode_binary(bytes([label]) + bytes([label]) * 3072) for label in (4, 2)])
    assert (labels.tolist(), pixels[:, 0, 0, 0].tolist()) == ([4, 2], [4, 2])


class Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_nothing_is_unpickled_whose_md5_does_not_match(tmp_path: Path) -> None:
    path, marker = tmp_path / "data_batch_1", tmp_path / "marker"
    content = pickle.dumps(Evil(marker))
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        read_batch(path, Checksum("c99cafc152244af753f735de768cd75f"))
    assert not marker.exists()
    with pytest.raises(TypeError):  # this file is indeed one that must not be unpickled
        read_batch(path, Checksum(hashlib.md5(content).hexdigest()))
    assert marker.exists()
