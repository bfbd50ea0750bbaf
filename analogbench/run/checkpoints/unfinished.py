"""Which jobs an interrupted run has left in the middle."""

from __future__ import annotations

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
    for path in sorted(folder.glob("*.ckpt")):
        try:
            header = read_header(path)
        except CheckpointError:
            continue
        right = path.name == header.name and (most is None or len(header.identities) <= most)
        if right and header.identities and all(name in known for name in header.identities):
            jobs[path] = Job(tuple(known.pop(name) for name in header.identities), header.identities)
    return jobs
