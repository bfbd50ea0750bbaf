"""Who is training a cell: two runs into one results directory, also over a shared file system, never train it twice.

A claim is a file that only one process can create. It names its owner, a process. A claim of a process that is dead
counts for nothing; who takes its place creates a claim of the next generation, which, too, only one process can do. So
no claim is ever changed, and nothing rests on file locks, which shared file systems often do not have.
"""

from __future__ import annotations

import contextlib
import os
import threading
import uuid
from pathlib import Path
from types import TracebackType

from analogbench.records.owner import Owner, is_alive, read_owner, this_process

FOLDER = "claims"

BEAT = 20.0
"""Seconds between two signs of life of a run."""


class Claims:
    """The claims of this process on the cells of one results directory, as a context manager that gives all back."""

    def __init__(self, root: Path) -> None:
        """root: the results directory. Nothing is written before the context is entered."""
        self.folder = root / FOLDER
        self._owner = this_process(uuid.uuid4().hex)
        self._sign = self.folder / f"{self._owner.run}.run"
        self._ours: set[Path] = set()
        self._over = threading.Event()

    def take(self, name: str) -> Owner | None:
        """Claim the cell with the identity `name`: None if it is ours now, else the living process whose it is.

        Raises OSError where no file can be created.
        """
        generation = 0
        for path in self._claims(name):
            if path in self._ours:
                return None
            if (owner := self._living(path)) is not None:
                return owner
            generation = max(generation, _generation(path) + 1)
        path = self.folder / f"{name}.{generation}.claim"
        try:
            _create(path, self._owner)
        except FileExistsError:
            return read_owner(path) or self._owner
        for other in self._claims(name):  # somebody may have been as quick as we, with another generation
            if other != path and (owner := self._living(other)) is not None:
                _remove(path)
                return owner
        self._ours.add(path)
        return None

    def release(self, name: str) -> None:
        """Give a cell back, with what dead processes have left of their claims on it: the latest generation last."""
        ours = [path for path in self._ours if path.name.startswith(f"{name}.")]
        if ours:
            for path in [path for path in self._claims(name) if path not in ours] + ours:
                _remove(path)
            self._ours.difference_update(ours)

    def __enter__(self) -> Claims:
        """Make the folder, and give a sign of life from time to time. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _create(self._sign, self._owner)
        threading.Thread(target=self._live, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give everything back."""
        self._over.set()
        for path in list(self._ours):
            self.release(path.name.partition(".")[0])
        _remove(self._sign)
        with contextlib.suppress(OSError):  # not empty
            self.folder.rmdir()

    def _claims(self, name: str) -> list[Path]:
        return sorted(self.folder.glob(f"{name}.*.claim"), key=_generation)

    def _living(self, path: Path) -> Owner | None:
        """Whose claim it is, if its owner lives."""
        owner = read_owner(path)
        return owner if owner is not None and is_alive(owner, path, self._sign) else None

    def _live(self) -> None:
        while not self._over.wait(BEAT):
            with contextlib.suppress(OSError):
                os.utime(self._sign)


def running(root: Path) -> dict[str, Owner]:
    """The identities of all cells that living processes train now, below the results directory `root`."""
    found = {}
    for path in (root / FOLDER).glob("*.claim"):
        owner = read_owner(path)
        if owner is not None and is_alive(owner, path, None):
            found[path.name.partition(".")[0]] = owner
    return found


def _generation(path: Path) -> int:
    number = path.name.split(".")[1]
    return int(number) if number.isdecimal() else 0


def _create(path: Path, owner: Owner) -> None:
    """Create the file with its content at once, or raise FileExistsError: so it is for everybody on a file system."""
    temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
    temporary.write_text(owner.to_json())
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # there are file systems without links
        with path.open("x") as file:
            file.write(owner.to_json())
    finally:
        _remove(temporary)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
