"""Where checkpoints lie, as long as there are any."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

FOLDER = "checkpoints"


@contextlib.contextmanager
def checkpoint_folder(results: Path, every: float | None) -> Iterator[str]:
    """The folder for checkpoints below a results directory, made for the time of a run and left if any are in it.

    every: seconds between two checkpoints; None where there are to be none, and then the name is empty. Raises OSError
    where the folder cannot be made.
    """
    if every is None:
        yield ""
        return
    folder = results.absolute() / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield str(folder)
    finally:
        with contextlib.suppress(OSError):  # not empty
            folder.rmdir()
