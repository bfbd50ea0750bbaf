"""What a checkpoint looks like as a file: a line that says whose it is, the state, and a digest of both.

The line is JSON, so that the coordinator can read it without importing torch. The state is what `torch.save` writes and
`torch.load` reads with `weights_only=True`, which runs nobody's code. The digest is there because torch does not notice
a flipped bit, which would become a wrong record.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

VERSION = 1

LONGEST_HEADER = 1 << 20
"""Bytes: a line of many megabytes is somebody else's."""

DIGEST = hashlib.sha256().digest_size


class CheckpointError(Exception):
    """A file is no checkpoint that can be used; the message says why, without the file's name."""


@dataclass(frozen=True)
class Header:
    """Whose state it is. identities: of the job's cells, in their order. target: "cpu" or "cuda". torch: its version;
    another one may calculate other digits."""

    identities: tuple[str, ...]
    target: str
    torch: str
    version: int = VERSION

    @property
    def name(self) -> str:
        """What the file is called; the same for the same cells on the same target."""
        text = json.dumps([self.identities, self.target])
        return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.ckpt"


def write(path: Path, header: Header, save: Callable[[IO[bytes]], object]) -> None:
    """Write a checkpoint, whole or not at all. save: writes the state into the file. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            digesting = _Digesting(file)
            digesting.write(json.dumps(asdict(header)).encode() + b"\n")
            save(digesting)  # type: ignore[arg-type]  # torch asks for no more than write and flush
            file.write(digesting.digest.digest())
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes files that nobody else may read
        temporary.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _cause(error) from error


def read_header(path: Path) -> Header:
    """Whose checkpoint it is. Raises CheckpointError."""
    try:
        with _opened(path) as file:
            return _header(file.readline(LONGEST_HEADER))
    except OSError as error:
        raise CheckpointError(f"it cannot be read: {error.strerror or error}") from error


def read(path: Path) -> tuple[Header, Any]:
    """Whose checkpoint it is, and the state, its tensors on the CPU. Raises CheckpointError."""
    import torch

    try:
        with _opened(path) as file:
            content = file.read()
    except OSError as error:
        raise CheckpointError(f"it cannot be read: {error.strerror or error}") from error
    line, _, _ = content[:LONGEST_HEADER].partition(b"\n")
    header = _header(line)
    if hashlib.sha256(memoryview(content)[:-DIGEST]).digest() != content[-DIGEST:]:
        raise CheckpointError("it is damaged")
    try:
        state = io.BytesIO(memoryview(content)[len(line) + 1 : -DIGEST])
        return header, torch.load(state, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises what it likes
        raise CheckpointError(
            f"it is no state: {' '.join(f'{type(error).__name__}: {error}'.split())[:200]}"
        ) from error


def _opened(path: Path) -> IO[bytes]:
    """A FIFO would never open, a device never end."""
    if not path.is_file():
        raise CheckpointError("it is not a file")
    return path.open("rb")


def _header(line: bytes) -> Header:
    try:
        data = json.loads(line)
        header = Header(tuple(data["identities"]), data["target"], data["torch"], data["version"])
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise CheckpointError("it is damaged") from error
    if header.version != VERSION:
        raise CheckpointError(f"it is of version {header.version!r}, written by another analogbench")
    if not all(isinstance(text, str) for text in (*header.identities, header.target, header.torch)):
        raise CheckpointError("it is damaged")
    return header


class _Digesting:
    """Writes into `file`, and calculates the digest on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self.digest, self._file = hashlib.sha256(), file

    def write(self, data: Any) -> int:
        """The number of bytes."""
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Hand everything to the system."""
        self._file.flush()


def _cause(error: BaseException) -> BaseException:
    """Torch turns an OSError of the file into a RuntimeError of its own, and keeps it as the context."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return error


def remove(path: Path) -> None:
    """Remove a checkpoint if it is there, and what a process that was killed while it wrote one has left."""
    for each in (path, *path.parent.glob(f".{path.name}.*.tmp")):
        with contextlib.suppress(OSError):
            each.unlink(missing_ok=True)


def as_state(state: Mapping[str, Any]) -> Callable[[IO[bytes]], object]:
    """What writes `state` into a file."""
    import torch

    return lambda file: torch.save(dict(state), file)
