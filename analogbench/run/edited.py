"""Code that is edited while a run is on: a worker that starts later would train it under the old code's identity."""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.errors import UnavailableError
from analogbench.grid.identity import identity

if TYPE_CHECKING:
    from analogbench.admission import Kind
    from analogbench.grid.jobs import Job
    from analogbench.registry import Registry

PARTS: tuple[Kind, ...] = ("algorithm", "device", "task")
"""What an identity is made of; suites and observers are not."""


def check_unedited(job: Job, registry: Registry, since: float) -> None:
    """Compare the code that this process trains with to that of which the coordinator computed the job's identities.

    since: the time, in seconds since the epoch, before the coordinator read the code. Raises UnavailableError if it is
    another one by now.
    """
    classes = [entry.value for kind in PARTS for entry in registry.of(kind).values()]
    packages = frozenset(each.__module__.partition(".")[0] for each in classes) | {"analogbench"}
    if not job.identities or not _any_newer(packages, since):  # to digest the code anew takes half a second
        return
    if any(identity(cell, registry) != known for cell, known in zip(job.cells, job.identities, strict=True)):
        raise UnavailableError("the code was edited while the run was on; the same command trains it by the new code")


@functools.cache
def _any_newer(packages: frozenset[str], since: float) -> bool:
    """Whether anything of these packages was written, or removed, after `since`. Asked once in a process, before it
    trains: all of a package is looked at, since much of it is imported only when it is needed."""
    return any(_written(path) > since for package in packages for path in _places(package))


def _places(package: str) -> Iterator[Path]:
    """The modules of a package, and its folders, which tell what was removed; of a single module its file."""
    module = sys.modules[package]
    for folder in map(Path, getattr(module, "__path__", ())):
        yield folder
        yield from (path for path in folder.rglob("*") if path.suffix == ".py" or _is_folder(path))
    if not hasattr(module, "__path__") and module.__file__:
        yield Path(module.__file__)


def _is_folder(path: Path) -> bool:
    """Not those that Python itself writes into."""
    return path.name != "__pycache__" and path.is_dir()


def _written(path: Path) -> float:
    """When the file came to be what it is: the system keeps this time even where a copy keeps the original's."""
    try:
        return path.stat().st_ctime
    except OSError:
        return math.inf
