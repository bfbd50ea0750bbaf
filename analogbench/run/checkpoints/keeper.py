"""Keeps a job's state in a file, in the worker that trains it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from analogbench.errors import UnsavableError
from analogbench.run.checkpoints.file import CheckpointError, Header, as_state, read, write


class FileKeeper:
    """An `engine.checkpoint.Keeper`. Whatever goes wrong costs the job nothing: it is said once, and training goes
    on."""

    def __init__(self, folder: Path, header: Header, every: float, say: Callable[[str], None]) -> None:
        """folder: made if its parent is there. every: seconds between checkpoints. say: takes a line for the user."""
        self.path = folder / header.name
        self._header, self._every, self._say = header, every, say
        self._last, self._failed = time.monotonic(), False

    def load(self) -> dict[str, Any] | None:
        """What an earlier attempt has kept; None if there is nothing that can be used."""
        if not self.path.exists():
            return None
        try:
            header, state = read(self.path)
            if header.torch != self._header.torch:
                raise CheckpointError(f"it was made with torch {header.torch}")
            if header != self._header or not isinstance(state, dict):
                raise CheckpointError("it is of other cells")
        except CheckpointError as error:
            self._say(f"warning: {self.path}: no checkpoint that can be used, the job starts over: {error}")
            return None
        return state

    def due(self) -> bool:
        """Whether the time since the last checkpoint is over."""
        return time.monotonic() - self._last >= self._every

    def save(self, state: Mapping[str, Any]) -> None:
        """Write a checkpoint in the place of the one before."""
        try:
            self.path.parent.mkdir(exist_ok=True)  # another run may have removed it, having no more use for it
            write(self.path, self._header, as_state(state))
        except OSError as error:
            self._say_once(f"warning: {self.path}: cannot write the checkpoint: {error.strerror or error}")
        self._last = time.monotonic()

    def failed(self, error: UnsavableError) -> None:
        """The state cannot become plain data, or does not fit."""
        self._say_once(f"warning: no checkpoints, the job starts over if it is interrupted: {error}")

    def _say_once(self, text: str) -> None:
        if not self._failed:
            self._failed = True
            self._say(text)
