"""Run the command that downloads, watch the folder that it fills, and end it when nothing comes any more."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from analogbench.data.fetching.reasons import SourceError

STARTING, STALLED = 180.0, 30.0
"""Seconds without a new byte before and after the first one; importing torch from a slow disk takes a minute."""

INTERVAL = 0.1
"""Seconds between two looks into the folder."""

Report = Callable[[int, int], None]
"""Is told how many bytes have come, and of how many."""


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def download(command: Sequence[str], folder: Path, report: Callable[[int], None]) -> Ended:
    """Run a command that fills a folder, in that folder. Raises SourceError where nothing comes for a long time.

    report: is told the size of the folder, in bytes. The command and all that it starts are gone afterwards.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:  # not pipes, which fill up
        with _guarded(command, folder, out, err) as process:
            code = _watch(process, folder, report)
        return Ended(code, _text(out), _text(err))


@contextlib.contextmanager
def _guarded(command: Sequence[str], folder: Path, out: IO[bytes], err: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A running command that ends when the context ends, or this process."""
    # -P: the folder is the current one and what comes into it must not be imported
    guard = [sys.executable, "-P", "-m", "analogbench.data.fetching.guard", *command]
    # A session of its own: Ctrl-C is for this process, which then ends the command.
    process = subprocess.Popen(
        guard, stdin=subprocess.PIPE, stdout=out, stderr=err, cwd=folder, env=_environment(), start_new_session=True
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def _environment() -> dict[str, str]:
    return {**os.environ, "TQDM_DISABLE": "1"}


def _watch(process: subprocess.Popen[bytes], folder: Path, report: Callable[[int], None]) -> int:
    """Wait for the end and return the exit code."""
    known, changed = 0, time.monotonic()
    report(known)
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(INTERVAL)
        size = size_of(folder)
        if size != known:
            known, changed = size, time.monotonic()
            report(size)
        limit = STALLED if known else STARTING
        if time.monotonic() - changed > limit:
            raise SourceError(f"nothing came for {limit:g} s")


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # moved or removed meanwhile
                total += os.lstat(Path(place, name)).st_size
    return total


def last_line(text: str) -> str:
    """What was said last; empty if nothing was."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
