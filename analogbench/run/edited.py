"""Code that is edited while a run is on: a worker that starts later would train it under the old code's identity."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from typing import TYPE_CHECKING

from analogbench.admission import KINDS
from analogbench.errors import UnavailableError
from analogbench.grid.identity import identity

if TYPE_CHECKING:
    from analogbench.grid.jobs import Job
    from analogbench.registry import Registry


def check_unedited(job: Job, registry: Registry, since: float) -> None:
    """Compare the code that this process has loaded with that of which the coordinator computed the job's identities.

    since: the time, in seconds since the epoch, before the coordinator read the code. Raises UnavailableError if it is
    another one by now.
    """
    classes = [entry.value for kind in KINDS for entry in registry.of(kind).values() if isinstance(entry.value, type)]
    packages = frozenset(each.__module__.partition(".")[0] for each in classes) | {"analogbench"}
    if not job.identities or not _any_newer(packages, since):  # to digest the code anew takes half a second
        return
    if any(identity(cell, registry) != known for cell, known in zip(job.cells, job.identities, strict=True)):
        raise UnavailableError("the code was edited while the run was on; the same command trains it by the new code")


@functools.cache
def _any_newer(packages: frozenset[str], since: float) -> bool:
    """Whether a loaded module of these packages was written after `since`, or is gone. Asked once in a process: what is
    edited after it was loaded changes nothing here."""
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in packages]
    return any(_written(path) > since for module in modules if (path := getattr(module, "__file__", None)))


def _written(path: str) -> float:
    """When the file came to be what it is: the system keeps this time even where a copy keeps the original's."""
    with contextlib.suppress(OSError):
        return os.stat(path).st_ctime  # noqa: PTH116 - a path that a plugin may have put into its module
    return float("inf")
