"""A published folder gets into its place whole or not at all, and never over anything that publishing did not make."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from analogbench.errors import RecordError, UsageError
from analogbench.publish import index as indices

_HERE, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of renameat2(2)."""


def check_ours(folder: Path) -> None:
    """Whether `folder` is free, empty, or one that was published before. Raises UsageError, and OSError."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder} is not a folder: give a new one, or one that `analogbench publish` has made")
    if not folder.exists() or not any(folder.iterdir()):
        return
    try:
        index = indices.read(folder)
    except RecordError as error:
        advice = "give a new folder, or remove this one"
        raise UsageError(f"{folder} was not made by `analogbench publish`: {error}; {advice}") from error
    known = {file.path for file in index.files} | {indices.NAME}
    if foreign := [path for path in indices.files_in(folder) if path not in known]:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise UsageError(f"{folder} has files that `analogbench publish` did not make: {foreign[0]}{more}; move them")


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder`, which takes its place at the end; if anything is raised, nothing has happened.

    Raises UsageError where `folder` is not ours to replace, and OSError.
    """
    check_ours(folder)
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow links
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent))
    try:
        new.chmod(0o755)  # mkdtemp makes folders that nobody else may read, and a web server is somebody else
        yield new
        check_ours(folder)  # once more: that took a while
        _put(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _put(new: Path, folder: Path) -> None:
    """`new` becomes `folder`, and what was there becomes `new`."""
    if not folder.exists():
        new.rename(folder)
    elif not _exchange(new, folder):
        old = new.with_name(f"{new.name}.old")
        folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            old.rename(folder)
            raise
        old.rename(new)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, so that no reader finds neither; False where the system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
