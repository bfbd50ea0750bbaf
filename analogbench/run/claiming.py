"""Shares a grid with other runs into the same results directory: what one has claimed the others leave to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analogbench.grid.cell import Cell
from analogbench.grid.identity import identity
from analogbench.grid.jobs import Job
from analogbench.records.claims import Claims
from analogbench.records.owner import Owner
from analogbench.records.record import Record
from analogbench.records.store import Store

if TYPE_CHECKING:
    from analogbench.registry import Registry


class Claiming:
    """Claims the cells of jobs, and knows which cells other runs have.

    elsewhere: the cells that others train, each with the process that does. found: records that others have made since
    this run began.
    """

    def __init__(self, claims: Claims, store: Store, registry: Registry) -> None:
        self._claims, self._store, self._registry = claims, store, registry
        self._before: dict[str, Record | None] = {}
        self.elsewhere: dict[str, tuple[Cell, Owner]] = {}
        self.found: list[Record] = []

    def begin(self, cells: Iterable[Cell]) -> None:
        """Note which records there are of `cells`, before any other run can make new ones unseen."""
        for cell in cells:
            name = identity(cell, self._registry)
            self._before[name] = self._store.find(name, cell)

    def take(self, job: Job) -> Job | None:
        """The cells of `job` that are ours to train, as a job; None if there are none. Raises OSError."""
        ours = [cell for cell in job.cells if self._take(cell)]
        if len(ours) == len(job.cells):
            return job
        return Job(tuple(ours)) if ours else None

    def _take(self, cell: Cell) -> bool:
        name = identity(cell, self._registry)
        self.elsewhere.pop(name, None)
        owner = self._claims.take(name)
        if owner is not None:
            self.elsewhere[name] = cell, owner
            return False
        record = self._store.find(name, cell)  # after the claim: nobody else can make it from now on
        if record is None or _same(record, self._before.get(name)):
            return True
        self.found.append(record)
        self._claims.release(name)
        return False

    def release(self, job: Job) -> None:
        """The job's cells are recorded."""
        for cell in job.cells:
            self._claims.release(identity(cell, self._registry))

    def freed(self) -> list[Job]:
        """Look again at what others had: the cells that are ours now, as jobs. Others stay in `elsewhere`."""
        jobs = (self.take(Job((cell,))) for cell, _ in list(self.elsewhere.values()))
        return [job for job in jobs if job is not None]


def _same(one: Record, other: Record | None) -> bool:
    return other is not None and one.provenance == other.provenance
