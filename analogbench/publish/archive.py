"""A published folder as one file. The same folder gives the same bytes: no times, no users, names in order."""

from __future__ import annotations

import gzip
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from analogbench.errors import AnalogbenchError, UsageError
from analogbench.publish import index as indices
from analogbench.publish.unpack import unpacked

TOP = "leaderboard"
"""The folder that an archive unpacks into."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can tell."""

MODE = 0o644


def pack(folder: Path, file: Path) -> None:
    """Write the archive of `folder`, whole or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{file.name}.", suffix=".tmp", dir=file.parent) as near:
        new = Path(near) / file.name
        _writer(file)(folder, new)
        new.replace(file)


def check_ours(file: Path) -> None:
    """Whether an archive may be written to `file`. Raises UsageError unless its suffix says which kind, and there is
    none yet or one that was published before."""
    _writer(file)
    if not file.exists() and not file.is_symlink():
        return
    try:
        if file.is_symlink() or not file.is_file():
            raise UsageError("not a file")
        with unpacked(file) as folder:
            indices.read(folder)
    except AnalogbenchError as error:
        advice = "give another name, or remove it"
        raise UsageError(f"{file} was not made by `analogbench publish`: {error}; {advice}") from error


def _writer(file: Path) -> Callable[[Path, Path], None]:
    if file.name.endswith((".tar.gz", ".tgz")):
        return _tar
    if file.name.endswith(".zip"):
        return _zip
    raise UsageError(f"cannot tell what kind of archive {file} is to be: let it end in .tar.gz or .zip")


def _tar(folder: Path, file: Path) -> None:
    with (
        file.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, path in _members(folder):
            about = tarfile.TarInfo(name)  # time, user and group are 0 in it
            about.size, about.mode = path.stat().st_size, MODE
            with path.open("rb") as content:
                archive.addfile(about, content)


def _zip(folder: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, path in _members(folder):
            about = zipfile.ZipInfo(name, _EPOCH)
            about.compress_type, about.create_system, about.external_attr = zipfile.ZIP_DEFLATED, 3, MODE << 16
            archive.writestr(about, path.read_bytes())


def _members(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in indices.files_in(folder):
        yield f"{TOP}/{path}", folder / path
