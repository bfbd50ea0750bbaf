from __future__ import annotations

from pathlib import Path

import pytest

from analogbench.data.formats.checksums import CHUNK, Checksum, DamagedError, is_intact, read_checked

EMPTY = Checksum("d41d8cd98f00b204e9800998ecf8427e")


@pytest.mark.parametrize(
    ("checksum", "fits"),
    [
        (Checksum("900150983cd24fb0d6963f7d28e17f72"), True),
        (Checksum("900150983cd24fb0d6963f7d28e17f73"), False),
        (Checksum("ba7816bf", "sha256"), True),
        (Checksum("ba7816be", "sha256"), False),
        (Checksum(""), False),
    ],
)
def test_a_file_is_compared_with_its_checksum(tmp_path: Path, checksum: Checksum, fits: bool) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert is_intact(path, checksum) is fits
    if fits:
        assert read_checked(path, checksum) == b"abc"
    else:
        with pytest.raises(DamagedError) as caught:
            read_checked(path, checksum)
        assert caught.value.path == path


def test_a_large_file_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"a" * (2 * CHUNK + 1))
    assert not is_intact(path, EMPTY)
    path.write_bytes(b"")
    assert is_intact(path, EMPTY)
