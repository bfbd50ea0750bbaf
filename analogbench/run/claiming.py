"""Shares a grid with other runs into the same results directory: what one has claimed the others leave to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

    found: records that others have made since this run looked for them.
    """

    def __init__(self, claims: Claims, store: Store, registry: Registry, before: Mapping[str, Record]) -> None:
        """before: the records, by identity, of cells that are to be run all the same."""
        self._claims, self._store, self._registry, self._before = claims, store, registry, before
        self._left: list[Job] = []
        self._owners: dict[str, Owner] = {}
        self.found: list[Record] = []

    def take(self, job: Job) -> Job | None:
        """The cells of `job` that are ours to train, as a job; None if there are none. Raises OSError."""
        ours = _part(job, [cell for cell in job.cells if self._take(cell)])
        if left := _part(job, [cell for cell in job.cells if self._name(cell) in self._owners]):
            self._left.append(left)
        return ours

    def _take(self, cell: Cell) -> bool:
        name = self._name(cell)
        self._owners.pop(name, None)
        owner = self._claims.take(name)
        if owner is not None:
            self._owners[name] = owner
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
            self._claims.release(self._name(cell))

    @property
    def owners(self) -> list[Owner]:
        """The process that has it, for each cell that others have."""
        return list(self._owners.values())

    def freed(self) -> list[Job]:
        """Look again at what others had: what is ours now. A job whose worker died with its run comes back whole, so
        that its checkpoint fits."""
        left, self._left = self._left, []
        jobs = [self.take(job) for job in left]
        return [job for job in jobs if job is not None]

    def _name(self, cell: Cell) -> str:
        return identity(cell, self._registry)


def _part(job: Job, cells: Sequence[Cell]) -> Job | None:
    """The job with some of its cells, in their order; None if there are none."""
    if len(cells) == len(job.cells):
        return job
    return Job(tuple(cells)) if cells else None


def _same(one: Record, other: Record | None) -> bool:
    return other is not None and one.provenance == other.provenance
