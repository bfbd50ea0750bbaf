"""Which process a claim belongs to, and whether it still lives."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path

EXPIRY = 120.0
"""Seconds without a sign of life after which a process on another machine counts as dead."""

LONGEST = 10_000
"""Bytes: what is longer is no claim."""

BOOT, NAMESPACE = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
PROCESSES = Path("/proc")


@dataclass(frozen=True)
class Owner:
    """A process. run: its own, unlike any other's. host: the machine's name. place: in what process numbers mean the
    same: this boot of the machine, and the container. started: when, in ticks since the boot, which no change of the
    clock moves."""

    run: str
    host: str
    place: str
    pid: int
    started: float

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self)) + "\n"


SOMEBODY = Owner("", "an unknown machine", "", 0, 0.0)
"""Whose claims cannot be read: nobody's, and known by their age alone."""


def this_process(run: str) -> Owner:
    """The process that asks."""
    pid = os.getpid()
    return Owner(run, socket.gethostname(), _place(), pid, _started(pid) or 0.0)


def read_owner(path: Path) -> Owner | None:
    """Whose claim a file is; None if it has gone, SOMEBODY if that cannot be read."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            data = json.loads(file.read(LONGEST))
        fields = {field.name: data[field.name] for field in dataclasses.fields(Owner)}
        good = isinstance(fields["pid"], int) and isinstance(fields["started"], float)
        good = good and all(isinstance(fields[name], str) for name in ("run", "host", "place"))
        return Owner(**fields) if good else SOMEBODY
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return SOMEBODY


def is_alive(owner: Owner, claim: Path, clock: Path | None) -> bool:
    """Whether the owner of `claim` lives: asked of the system where it is here, else by its last sign of life.

    clock: a file of our own in the same folder, by which the time of the file system is asked: machines' clocks differ.
    """
    if owner.place and owner.place == _place():
        return _started(owner.pid) == owner.started
    sign = claim.with_name(f"{owner.run}.run") if owner.run.isalnum() else claim
    seen = max(_changed(sign), _changed(claim))
    return _now(clock) - seen < EXPIRY


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _now(clock: Path | None) -> float:
    """The time by the clock of the file system; by ours, where nothing may be written."""
    with contextlib.suppress(OSError):
        if clock is not None:
            os.utime(clock)
            return clock.stat().st_mtime
    return time.time()


def _place() -> str:
    """Empty where the system does not say."""
    with contextlib.suppress(OSError):
        return f"{socket.gethostname()} {BOOT.read_text().strip()} {NAMESPACE.readlink()}"
    return ""


def _started(pid: int) -> float | None:
    """When a process started, in ticks since the boot; None if there is none, or nothing but its exit code."""
    try:
        state, *rest = (PROCESSES / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        return None if state in "ZX" else float(rest[18])  # the 22nd field of proc(5); the name in the 2nd has blanks
    except (OSError, ValueError, IndexError):
        return None
