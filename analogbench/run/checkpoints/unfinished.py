"""Which jobs an interrupted run has left in the middle."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.grid.cell import Cell
from analogbench.grid.identity import identity
from analogbench.grid.jobs import Job
from analogbench.run.checkpoints.file import CheckpointError, read_header

if TYPE_CHECKING:
    from analogbench.registry import Registry


def unfinished(folder: Path, cells: Iterable[Cell], registry: Registry, most: int | None = None) -> dict[Path, Job]:
    """The jobs whose checkpoints lie in `folder`, if they consist of some of `cells` only; no cell is in two of them.

    A state goes on only with exactly the cells that it was made with. most: the most cells that a job may have. Files
    that are no checkpoints are left where they are: the worker that would use one says so.
    """
    known = {identity(cell, registry): cell for cell in cells}
    jobs: dict[Path, Job] = {}
    for path, names in kept(folder).items():
        if (most is None or len(names) <= most) and all(name in known for name in names):
            jobs[path] = Job(tuple(known.pop(name) for name in names), names)
    return jobs


def kept(folder: Path) -> dict[Path, tuple[str, ...]]:
    """The checkpoints in `folder`, with the identities of their jobs' cells."""
    found: dict[Path, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.ckpt")):
        with contextlib.suppress(CheckpointError):
            header = read_header(path)
            if path.name == header.name and header.identities:
                found[path] = header.identities
    return found
