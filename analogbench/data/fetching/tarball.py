"""Read some files out of a tarball; nothing else in it is looked at, and nothing is unpacked to where it says."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Collection
from pathlib import Path

from analogbench.data.fetching.reasons import SourceError

LARGEST = 1 << 26
"""Bytes; no file of any data set in a tarball is larger."""


def read_members(path: Path, names: Collection[str]) -> dict[str, bytes]:
    """The contents of the members of exactly these names. Raises SourceError where one is absent or cannot be read."""
    try:
        with tarfile.open(path, "r:gz") as tar:
            found = {member.name: _content(tar, member) for member in tar if member.name in names}
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError) as error:
        raise SourceError(f"the tarball {path.name} is damaged: {error}") from error
    if absent := sorted(set(names) - set(found)):
        raise SourceError(f"the tarball {path.name} has no {absent[0]}")
    return found


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member) if member.isfile() and member.size <= LARGEST else None
    if file is None:
        raise tarfile.ReadError(f"{member.name} is not a file of the expected size")
    return file.read()
