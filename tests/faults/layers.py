"""Disks that are full: a real one of a few kilobytes, where one may be mounted, and a layer that says so at times."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

FULL_NOW_AND_THEN = """
import errno, os, random
_sync, _dice = os.fsync, random.Random(os.getpid())
def fsync(descriptor):
    if _dice.random() < 0.5:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    _sync(descriptor)
os.fsync = fsync
"""


def full_now_and_then(folder: Path) -> dict[str, str]:
    """The environment of processes for which every second file finds no space when it is written to the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(FULL_NOW_AND_THEN)
    return {"PYTHONPATH": str(folder)}


@contextlib.contextmanager
def tiny_disk(folder: Path, size: str) -> Iterator[bool]:
    """A file system of `size` at `folder`, for as long as the context; False where this user may not mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = _call("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield mounted
    finally:
        if mounted:
            _call("umount", "-l", str(folder))


def enlarge(folder: Path, size: str) -> None:
    """Give the disk more space."""
    _call("mount", "-o", f"remount,size={size}", str(folder))


def _call(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
