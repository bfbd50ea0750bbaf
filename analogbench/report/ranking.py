"""Who is best: the rows algorithm × device of one task, data set and budget, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from analogbench.records.record import MetricInfo, Record
from analogbench.report.frame import (
    REFERENCE,
    Frame,
    Reference,
    cell_frame,
    groups,
    is_reference,
    metric_of,
    newest,
    succeeded,
)
from analogbench.report.machines import Times
from analogbench.report.natural import natural
from analogbench.report.statistics import Summary, summarise


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

    @property
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
    return [_board(key, part, reference) for key, part in groups(cells)]


def _board(key: tuple[str, ...], cells: Frame, reference: Reference) -> Board:
    task, data, budget = key
    metric = metric_of(cells)
    rows = [_row(part, reference) for _, part in cells.groupby(["algorithm", "device"])]
    commits = tuple(sorted(cells["commit"].dropna().unique()))
    machines = tuple(sorted({machine for row in rows for machine, _ in row.times}))
    return Board(task, data, budget, metric, _ranked(rows, metric), int(cells["superseded"].sum()), commits, machines)


def _row(cells: Frame, reference: Reference) -> Row:
    """cells: of one algorithm and one device."""
    cells = cells.sort_values("seed")
    ok, failed = succeeded(cells), cells[~cells["ok"]]
    first = cells.iloc[0]
    return Row(
        algorithm=first["algorithm"],
        device=first["device"],
        seeds=tuple(int(seed) for seed in ok["seed"]),
        values=tuple(float(value) for value in ok["value"]),
        failures=tuple(_failure(row) for _, row in failed.iterrows()),
        pulses=_mean(ok, "pulses"),
        times=_times(ok),
        stale=int(cells["stale"].sum()),
        native=bool((cells["implementation"] == "native").any()),
        reproducible=bool(cells["reproducible"].all()),
        is_reference=bool(is_reference(cells, reference).all()),
    )


def _failure(row: Frame) -> Failure:
    if row["status"] != "ok":
        return Failure(int(row["seed"]), row["status"], row["reason"])
    return Failure(int(row["seed"]), "no value", row["reason"] or "ended ok without a number to rank by")


def _mean(cells: Frame, column: str) -> float | None:
    numbers = cells[column].dropna()
    return None if numbers.empty else float(numbers.mean())


def _times(cells: Frame) -> Times:
    timed = cells[cells["seconds"].notna()]
    return tuple((str(machine), float(part["seconds"].mean())) for machine, part in timed.groupby("machine"))


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
