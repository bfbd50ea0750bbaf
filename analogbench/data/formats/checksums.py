"""Checksums of files, which everything is compared with before it is looked into."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

CHUNK = 1 << 20
"""Bytes that are read at once."""


class DamagedError(ValueError):
    """A file is not the published one. path: of the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} does not have the published checksum")
        self.path = path


@dataclass(frozen=True)
class Checksum:
    """What the digest of a file begins with; hexadecimal."""

    beginning: str
    kind: Literal["md5", "sha256"] = "md5"

    def fits(self, chunks: Iterable[bytes]) -> bool:
        """Whether this is the checksum of the chunks, one after the other."""
        digest: Callable[..., hashlib._Hash] = hashlib.md5 if self.kind == "md5" else hashlib.sha256
        state = digest(usedforsecurity=False)
        for chunk in chunks:
            state.update(chunk)
        return bool(self.beginning) and state.hexdigest().startswith(self.beginning)


def is_intact(path: Path, checksum: Checksum) -> bool:
    """Whether a file has its checksum. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return checksum.fits(iter(partial(file.read, CHUNK), b""))


def read_checked(path: Path, checksum: Checksum) -> bytes:
    """The content of a file. Raises DamagedError where it does not have its checksum, OSError where it cannot be
    read."""
    content = path.read_bytes()  # read once: what was checked is what is used
    if not checksum.fits([content]):
        raise DamagedError(path)
    return content
