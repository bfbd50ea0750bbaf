"""The hidden folder into which data sets come, the lock on it, and the move to where they belong."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from analogbench.data.catalogue import DataSet, Layout
from analogbench.data.formats.checksums import is_intact

HIDDEN = ".fetching"
"""Below the data folder, that is, on its file system; it keeps the lock, which is empty."""


@contextlib.contextmanager
def locked(folder: Path, waiting: Callable[[], None]) -> Iterator[Path]:
    """The hidden folder of a data folder, for this process alone, without what killed ones have left there.

    waiting: is called if another process has it.
    """
    hidden = folder / HIDDEN
    hidden.mkdir(parents=True, exist_ok=True)
    lock = FileLock(hidden / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        for stale in hidden.iterdir():
            if stale.is_dir():
                remove(stale)
        yield hidden
    finally:
        lock.release()


@contextlib.contextmanager
def stage(hidden: Path) -> Iterator[Path]:
    """A new folder in the hidden one, which is removed at the end."""
    folder = Path(tempfile.mkdtemp(dir=hidden))
    try:
        yield folder
    finally:
        remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder, also one into which a process that is being killed still writes."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


def install(data_set: DataSet, layout: Layout, staged: Path, folder: Path) -> None:
    """Move the checked files of a layout from the stage into the data folder; damaged ones of the set's other layouts
    are removed after that."""
    source, target = staged / layout[0].path.parent, folder / layout[0].path.parent
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(target)
    except OSError:  # the folder is there already, and not empty
        for file in layout:
            (staged / file.path).replace(folder / file.path)
    for file in {file for files in data_set.layouts for file in files} - set(layout):
        if (folder / file.path).is_file() and not is_intact(folder / file.path, file.checksum):
            (folder / file.path).unlink()
