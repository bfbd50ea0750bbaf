"""Who is training a cell: two runs into one results directory, also over a shared file system, never train it twice.

A claim is a file that only one process can create. It names its owner, a process. A claim of a process that is dead
counts for nothing; who takes its place creates a claim of the next generation, which, too, only one process can do. So
no claim is ever changed, and nothing rests on file locks, which shared file systems often do not have.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import uuid
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from analogbench.records.owner import SOMEBODY, Owner, is_alive, read_owner, this_process

FOLDER = "claims"

BEAT = 20.0
"""Seconds between two signs of life of a run."""

TRIES = 10
"""How often a file is tried to be made in a folder that others remove when they have no more use for it."""


class Claims:
    """The claims of this process on the cells of one results directory, as a context manager that gives all back."""

    def __init__(self, root: Path) -> None:
        """root: the results directory. Nothing is written before the context is entered."""
        self.folder = root / FOLDER
        self._owner = this_process(uuid.uuid4().hex)
        self._sign = self.folder / f"{self._owner.run}.run"
        self._ours: set[Path] = set()
        self._over = threading.Event()
        self._beating = threading.Thread(target=self._live, daemon=True)

    @property
    def sign(self) -> Path:
        """A file that is there for as long as the context, under a name that no other run has."""
        return self._sign

    def take(self, name: str) -> Owner | None:
        """Claim the cell with the identity `name`: None if it is ours now, else the living process whose it is.

        Raises OSError where no file can be created.
        """
        claims = self._claims(name)
        if not self._ours.isdisjoint(claims):
            return None
        if (owner := self._another(claims)) is not None:
            return owner
        path = self.folder / f"{name}.{1 + max(map(_generation, claims), default=-1)}.claim"
        if not _create(path, self._owner):
            return read_owner(path) or SOMEBODY
        if (owner := self._another(self._claims(name))) is not None:
            _remove(path)  # somebody was as quick as we, with another generation
            return owner
        self._ours.add(path)
        return None

    def release(self, name: str) -> None:
        """Give a cell back, with what dead processes have left of their claims on it: the latest generation last.

        A living process has a claim on it, too, if it has taken us for dead, and keeps it.
        """
        ours = [path for path in self._ours if path.name.startswith(f"{name}.")]
        if ours:
            others = [path for path in self._claims(name) if path not in ours]
            for path in [path for path in others if self._another([path]) is None] + ours:
                _remove(path)
            self._ours.difference_update(ours)

    def __enter__(self) -> Claims:
        """Make the folder, and give a sign of life from time to time. Raises OSError."""
        _create(self._sign, self._owner)
        self._beating.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give everything back."""
        self._over.set()
        self._beating.join()
        for path in list(self._ours):
            self.release(path.name.partition(".")[0])
        with contextlib.suppress(OSError):
            self._tidy()
        _remove(self._sign)
        with contextlib.suppress(OSError):  # not empty
            self.folder.rmdir()

    def _tidy(self) -> None:
        """Remove what dead processes have left. Names that are used once only can go as they are; a claim is first
        taken over, since its name may be a living one's by the time it is removed."""
        left = [path for path in self.folder.iterdir() if self._another([path]) is None and path != self._sign]
        for path in left:
            if path.suffix == ".claim" and self.take(name := path.name.partition(".")[0]) is None:
                self.release(name)
            elif path.suffix in {".run", ".tmp"}:
                _remove(path)

    def _claims(self, name: str) -> list[Path]:
        return sorted(self.folder.glob(f"{name}.*.claim"), key=_generation)

    def _another(self, files: Iterable[Path]) -> Owner | None:
        """The first living process but ours of those whose files these are."""
        for path in files:
            owner = read_owner(path)
            if owner is not None and owner.run != self._owner.run and is_alive(owner, path, self._sign):
                return owner
        return None

    def _live(self) -> None:
        while not self._over.wait(BEAT):
            with contextlib.suppress(OSError):
                try:
                    os.utime(self._sign)
                except FileNotFoundError:  # we have slept for so long that another run has taken us for dead
                    _create(self._sign, self._owner)


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


def _create(path: Path, owner: Owner) -> bool:
    """Create the file with its content at once; False if there is one of that name: so it is for everybody on a file
    system. Raises OSError."""
    for _ in range(TRIES):
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # a run that has ended has just removed the folder
            return _created(path, owner.to_json())
    raise FileNotFoundError(errno.ENOENT, "the folder is removed again and again", str(path.parent))


def _created(path: Path, content: str) -> bool:
    temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        temporary.write_text(content)
        try:
            os.link(temporary, path)
        except FileExistsError:  # or NFS has lost the answer to the first of two requests: then there are two names
            return temporary.stat().st_nlink > 1
        except OSError:  # there are file systems without links
            return _created_slowly(path, content)
        return True
    finally:
        _remove(temporary)


def _created_slowly(path: Path, content: str) -> bool:
    """Until it has its content, the file is nobody's, and counts all the same, for it is young."""
    try:
        with path.open("x") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
