"""Reads an archive that may have come from anybody: nothing is written but plain files below a fresh folder."""

from __future__ import annotations

import contextlib
import gzip
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, cast

from analogbench.errors import AnalogbenchError, UsageError
from analogbench.publish.index import NAME

MOST_BYTES, MOST_FILES = 4 * 2**30, 200_000
"""What holds more, unpacked, is no leaderboard."""

_CHUNK = 2**20

_Member = tuple[str, Callable[[], IO[bytes] | None]]
"""A name, and what opens the content; None for what is neither a file nor a folder."""

_BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
_ALSO_BROKEN = (NotImplementedError, RuntimeError, UnicodeError, OverflowError)


class BundleError(AnalogbenchError):
    """An archive is damaged, or not to be trusted."""


@contextlib.contextmanager
def unpacked(file: Path) -> Iterator[Path]:
    """The folder that an archive holds, as long as the context.

    Raises UsageError where `file` is no archive at all, and BundleError where it is damaged or would write elsewhere.
    """
    with tempfile.TemporaryDirectory(prefix="analogbench-") as temporary:
        folder = Path(temporary)
        try:
            _unpack(file, folder)
        except (*_BROKEN, *_ALSO_BROKEN) as error:
            raise BundleError(f"{file}: damaged: {' '.join(str(error).split()) or type(error).__name__}") from error
        yield _root(folder)


def _unpack(file: Path, folder: Path) -> None:
    room, seen = MOST_BYTES, set[PurePosixPath]()
    for name, opener in _members(file):
        path = _safe(file, name)
        if path in seen or len(seen) >= MOST_FILES:
            raise BundleError(f"{file}: {'two files of the name ' + repr(name) if path in seen else 'too many files'}")
        seen.add(path)
        content = opener()
        if content is None:
            raise BundleError(f"{file}: {name!r} is neither a file nor a folder: not made by `analogbench publish`")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with content, target.open("xb") as written:
            room -= _copy(file, content, written, room)


def _copy(file: Path, content: IO[bytes], into: IO[bytes], room: int) -> int:
    """Copy all of `content`; returns how much that was. Raises BundleError where it is more than `room` bytes."""
    size = 0
    while chunk := content.read(_CHUNK):
        size += len(chunk)
        if size > room:
            raise BundleError(f"{file}: holds more than {MOST_BYTES} bytes, so it is no leaderboard")
        into.write(chunk)
    return size


def _members(file: Path) -> Iterator[_Member]:
    """All files of the archive, folders left out. Raises what tarfile and zipfile raise, and UsageError."""
    with file.open("rb") as beginning:
        start = beginning.read(2)
    if start == b"PK":
        with zipfile.ZipFile(file) as archive:
            for one in archive.infolist():
                if not one.is_dir():
                    yield one.filename, lambda one=one: archive.open(one)  # type: ignore[misc]
    elif start == b"\x1f\x8b":
        with _inflated(file) as raw, tarfile.open(fileobj=raw, mode="r:") as packed:
            for each in packed:
                if not each.isdir():
                    yield each.name, lambda each=each: packed.extractfile(each) if each.isreg() else None  # type: ignore[misc]
    else:
        raise UsageError(f"{file} is neither a folder nor an archive of `analogbench publish`")


@contextlib.contextmanager
def _inflated(file: Path) -> Iterator[IO[bytes]]:
    """The tar file inside, read to its end, where its checksum is: tarfile stops before."""
    with tempfile.TemporaryFile() as whole:
        with gzip.open(file) as content:
            _copy(file, cast("IO[bytes]", content), whole, MOST_BYTES)
        whole.seek(0)
        yield whole


def _safe(file: Path, name: str) -> PurePosixPath:
    """The name as a path below the folder. Raises BundleError where it would lead out of it."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or ":" in name or not path.parts:
        raise BundleError(f"{file}: the name {name!r} leads out of the archive: not made by `analogbench publish`")
    return path


def _root(folder: Path) -> Path:
    """Where the index is: at the top, or in the only folder there."""
    inside = list(folder.iterdir())
    return inside[0] if not (folder / NAME).exists() and len(inside) == 1 and inside[0].is_dir() else folder
