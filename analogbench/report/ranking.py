"""Who is best: the rows algorithm × device of one task, data set and budget, in order."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from analogbench.records.record import MetricInfo, Record
from analogbench.report.frame import (
    GROUP,
    REFERENCE,
    Frame,
    Reference,
    cell_frame,
    groups,
    metric_of,
    newest,
)
from analogbench.report.machines import Times
from analogbench.report.natural import natural
from analogbench.report.statistics import Summary, summarise

COLUMNS = (
    *("algorithm", "device", *GROUP, "seed", "identity", "status", "reason", "metric", "value", "pulses", "seconds"),
    *("implementation", "reproducible", "superseded", "stale", "commit", "machine", "algorithm_name", "device_name"),
    "ok",
)
"""The columns of a frame of cells that rankings are made from."""


@dataclass(frozen=True)
class Failure:
    """A cell without a value."""

    seed: int
    status: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One algorithm on one device. values: of the ranking metric in its own units, in the order of `seeds`.

    rank: from 1; None if no cell ended ok. gap: to the reference row, difference of means, or their ratio if the metric
    has a logarithmic axis; None for the reference itself, and where there is none. times: the mean time of a cell on
    each machine. stale: how many of the seeds were run by other code than is installed now.
    """

    algorithm: str
    device: str
    seeds: tuple[int, ...]
    values: tuple[float, ...]
    failures: tuple[Failure, ...]
    pulses: float | None = None
    times: Times = ()
    stale: int = 0
    native: bool = False
    reproducible: bool = True
    is_reference: bool = False
    rank: int | None = None
    gap: float | None = None

    @property
    def seconds(self) -> float | None:
        """The mean time of a cell; None without one, and where the cells were timed on several machines."""
        return self.times[0][1] if len(self.times) == 1 else None

    @property
    def name(self) -> str:
        """`algorithm × device`."""
        return f"{self.algorithm} × {self.device}"

    @cached_property
    def summary(self) -> Summary | None:
        """Mean, spread and interval over the seeds that ended ok."""
        return summarise(self.values) if self.values else None

    @property
    def total(self) -> int:
        """How many seeds were run."""
        return len(self.seeds) + len(self.failures)

    @property
    def failed(self) -> str:
        """The most frequent way to fail and how often: `diverged 2/3`; empty if no seed failed."""
        if not self.failures:
            return ""
        status, number = Counter(failure.status for failure in self.failures).most_common(1)[0]
        return f"{status} {number}/{self.total}"


@dataclass(frozen=True)
class Board:
    """The ranking of one task with one data set under one budget.

    superseded: how many older records of the same cells there are. commits: of the code that made the records, as far
    as they say. machines: on which the rows were timed.
    """

    task: str
    data: str
    budget: str
    metric: MetricInfo | None
    rows: tuple[Row, ...]
    superseded: int = 0
    commits: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()


def boards(records: Sequence[Record], reference: Reference = REFERENCE, stale: Collection[str] = ()) -> list[Board]:
    """One ranking for each task, data label and budget. stale: identities of records that other code has made."""
    return boards_of(cell_frame(newest(records, stale)), reference)


def boards_of(cells: Frame, reference: Reference = REFERENCE) -> list[Board]:
    """The same from a frame of cells."""
    narrow = cells[[column for column in COLUMNS if column in cells]]  # parameters would be copied again and again
    return [_board(key, part, reference) for key, part in groups(narrow)]


def _board(key: tuple[str, ...], cells: Frame, reference: Reference) -> Board:
    task, data, budget = key
    metric = metric_of(cells)
    parts: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for cell in cells.to_dict("records"):
        parts[cell["algorithm"], cell["device"]].append(cell)
    rows = [_row(parts[key], reference) for key in sorted(parts)]
    commits = tuple(sorted(cells["commit"].dropna().unique()))
    machines = tuple(sorted({machine for row in rows for machine, _ in row.times}))
    return Board(task, data, budget, metric, _ranked(rows, metric), int(cells["superseded"].sum()), commits, machines)


def _row(cells: Sequence[dict[str, Any]], reference: Reference) -> Row:
    """cells: of one algorithm and one device."""
    cells = sorted(cells, key=lambda cell: int(cell["seed"]))
    ok = [cell for cell in cells if cell["ok"]]
    return Row(
        algorithm=cells[0]["algorithm"],
        device=cells[0]["device"],
        seeds=tuple(int(cell["seed"]) for cell in ok),
        values=tuple(float(cell["value"]) for cell in ok),
        failures=tuple(_failure(cell) for cell in cells if not cell["ok"]),
        pulses=_mean([cell["pulses"] for cell in ok]),
        times=_times(ok),
        stale=sum(bool(cell["stale"]) for cell in cells),
        native=any(cell["implementation"] == "native" for cell in cells),
        reproducible=all(cell["reproducible"] for cell in cells),
        is_reference=all((cell["algorithm_name"], cell["device_name"]) == reference for cell in cells),
    )


def _failure(cell: dict[str, Any]) -> Failure:
    if cell["status"] != "ok":
        return Failure(int(cell["seed"]), cell["status"], cell["reason"])
    return Failure(int(cell["seed"]), "no value", cell["reason"] or "ended ok without a number to rank by")


def _mean(numbers: Iterable[float]) -> float | None:
    known = [number for number in numbers if not math.isnan(number)]
    return float(np.mean(known)) if known else None


def _times(cells: Sequence[dict[str, Any]]) -> Times:
    timed: dict[str, list[float]] = defaultdict(list)
    for cell in cells:
        if not math.isnan(cell["seconds"]):
            timed[str(cell["machine"])].append(cell["seconds"])
    return tuple((machine, float(np.mean(timed[machine]))) for machine in sorted(timed))


def _ranked(rows: Sequence[Row], metric: MetricInfo | None) -> tuple[Row, ...]:
    """Best mean first, but all complete rows before those with failed seeds: no rank is won by failing.

    Rows without a value come last. The gap is measured from the first of the reference rows.
    """
    sign = -1.0 if metric and metric.higher_is_better else 1.0
    rows = sorted(rows, key=lambda row: (natural(row.algorithm), natural(row.device)))
    means = [(bool(row.failures), sign * row.summary.mean, row) for row in rows if row.summary]
    placed = [row for *_, row in sorted(means, key=lambda item: item[:2])]
    reference = next((row for row in placed if row.is_reference), None)
    ranked = [replace(row, rank=i, gap=_gap(row, reference, metric)) for i, row in enumerate(placed, 1)]
    return (*ranked, *(row for row in rows if not row.values))


def _gap(row: Row, reference: Row | None, metric: MetricInfo | None) -> float | None:
    if reference is None or row is reference or not row.summary or not reference.summary:
        return None
    mean, goal = row.summary.mean, reference.summary.mean
    if metric and metric.log_axis:
        return mean / goal if goal > 0 else None
    return mean - goal
