"""The cells that a suite plans, each with the record that counts for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from analogbench.grid.cell import Cell, Value
from analogbench.grid.plan import Plan
from analogbench.grid.presentation_matching import described
from analogbench.grid.suite import Suite
from analogbench.records.record import Record
from analogbench.report.frame import Kept, newest

ByCell = dict[str, list[Kept]]


@dataclass(frozen=True)
class Planned:
    """A cell of the plan and its record, None where nothing is recorded."""

    cell: Cell
    kept: Kept | None = None

    @cached_property
    def params(self) -> dict[str, Value]:
        """What the cell is: its names as "task", its parameters as "device.tau"."""
        return described(self.cell)

    @property
    def record(self) -> Record | None:
        """The record that counts."""
        return self.kept.record if self.kept else None

    @property
    def stale(self) -> bool:
        """Whether other code than is installed now has made the record."""
        return self.kept is not None and self.kept.stale

    @property
    def good(self) -> Record | None:
        """The record, if the cell ended ok."""
        return self.record if self.record and self.record.status == "ok" else None


@dataclass(frozen=True)
class Gathered:
    """A suite with what is recorded of it.

    unused: how many records of these cells are on another data set than most; data: labels of the data sets used;
    stale: identities of records that other code has made than is installed now.
    """

    suite: Suite
    plan: Plan
    cells: tuple[Planned, ...]
    unused: int = 0
    stale: Collection[str] = ()

    @property
    def budget(self) -> str:
        """The budget of the plan."""
        return self.plan.cells[0].budget if self.plan.cells else self.suite.budget

    @property
    def seeds(self) -> tuple[int, ...]:
        """All seeds of the plan, in order."""
        return tuple(sorted({cell.seed for cell in self.plan.cells}))

    @property
    def data(self) -> tuple[str, ...]:
        """The labels of the data sets used."""
        return tuple(sorted({cell.kept.data for cell in self.cells if cell.kept and cell.kept.data}))

    @property
    def recorded(self) -> list[Record]:
        """The records that count."""
        return [cell.record for cell in self.cells if cell.record]


def gather(suite: Suite, plan: Plan, records: Iterable[Record], stale: Collection[str] = ()) -> Gathered:
    """Find the record of each planned cell: the newest one on the data set that most of its task's cells have.

    stale: identities of records that count only where a cell has no others.
    """
    wanted = {cell.key for cell in plan.cells}
    found: ByCell = defaultdict(list)
    everything = newest((record for record in records if record.cell.key in wanted), stale)
    for kept in everything:
        found[kept.record.cell.key].append(kept)
    usual = _usual_data(everything)
    cells = tuple(Planned(cell, _counting(found.get(cell.key, ()), usual)) for cell in plan.cells)
    used = sum(cell.kept is not None for cell in cells)
    return Gathered(suite, plan, cells, len(everything) - used, stale)


def _usual_data(everything: Sequence[Kept]) -> dict[str, str]:
    """Of each task the data label of most cells; of equally frequent ones the newest. everything: oldest first."""
    numbers = Counter((_task(kept), kept.data) for kept in everything if kept.data)
    usual: dict[str, str] = {}
    for kept in everything:
        task = _task(kept)
        if kept.data and numbers[task, kept.data] >= numbers[task, usual.get(task, "")]:
            usual[task] = kept.data
    return usual


def _counting(several: Sequence[Kept], usual: dict[str, str]) -> Kept | None:
    """The last one on the usual data; one that failed before it had data counts as such."""
    fitting = [kept for kept in several if kept.data in {"", usual.get(_task(kept), "")}]
    return fitting[-1] if fitting else None


def _task(kept: Kept) -> str:
    return kept.record.cell.task.model_dump_json()
