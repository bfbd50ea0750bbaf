"""Rows as tables, the same on the terminal and on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tabulate import tabulate

from analogbench.bench.rows import Row, Spread
from analogbench.bench.scaling import ONE, REPLICAS, THREADS, WORKERS, Scaling

NOTHING = "–"


@dataclass(frozen=True)
class Table:
    """title: what its rows have in common."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self, form: str = "simple") -> str:
        """As plain text, or in another format of tabulate's. Columns that say nothing are left out."""
        kept = [i for i in range(len(self.headers)) if i < 2 or any(row[i] != NOTHING for row in self.rows)]
        rows = [[row[i] for i in kept] for row in self.rows]
        align = ["left" if self.headers[i] in ("case", "note") else "right" for i in kept]
        return tabulate(rows, [self.headers[i] for i in kept], form, disable_numparse=True, colalign=align)


@dataclass(frozen=True)
class Names:
    """How the columns are called. earlier: rates of an earlier run, by the names of rows."""

    reference: str | None
    baseline: str | None
    earlier: Mapping[str, float] | None = None


def tables(rows: Sequence[Row], names: Names) -> list[Table]:
    """A table for each target and task."""
    headers = (
        "case",
        "R",
        "ms per step and replica",
        "replica-steps/s",
        f"× {names.reference or 'reference'}",
        f"cost in {names.baseline or 'baseline'}",
        "of the bound",
        "× earlier",
        "note",
    )
    together = groupby(rows, key=lambda row: (row.case.task, row.target))
    return [
        Table(f"{task} on {target}", headers, tuple(_cell(row, names) for row in own))
        for (task, target), own in together
    ]


def scaling_table(scalings: Sequence[Scaling]) -> Table | None:
    """How many times faster the same replicas are on several cores; None if that was not measured."""
    if not scalings:
        return None
    cores = scalings[0].cores
    headers = (
        "case",
        "R",
        "replica-steps/s on one core",
        f"× with {cores} workers",
        f"× with {cores} threads",
        "note",
    )
    return Table(f"{REPLICAS} replicas on {cores} cores", headers, tuple(map(_scaled, scalings)))


def _cell(row: Row, names: Names) -> tuple[str, ...]:
    earlier = (names.earlier or {}).get(row.name)
    return (
        row.case.title,
        str(row.replicas),
        _median(row.milliseconds),
        _median(row.rate),
        _spread(row.ratio),
        _spread(row.cost),
        f"{100 * row.share.median:.2g} %" if row.share else NOTHING,
        f"{row.rate.median / earlier:.2f}" if row.rate and earlier else NOTHING,
        "; ".join(row.notes) or NOTHING,
    )


def _scaled(scaling: Scaling) -> tuple[str, ...]:
    one = Spread.of([REPLICAS / seconds for seconds in scaling.seconds.get(ONE, [])])
    ways = [Spread.of(scaling.speedups(way)) if scaling.seconds else None for way in (WORKERS, THREADS)]
    note = f"failed: {scaling.reason}" if scaling.reason else NOTHING
    return scaling.case.name, str(REPLICAS), _median(one), *map(_spread, ways), note


def _median(spread: Spread | None) -> str:
    return number(spread.median) if spread else NOTHING


def _spread(spread: Spread | None) -> str:
    """`12.3 (11.9 to 12.6)`."""
    if spread is None:
        return NOTHING
    return f"{number(spread.median)} ({number(spread.low)} to {number(spread.high)})"


def number(value: float) -> str:
    """Three digits, without an exponent."""
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.3g}" if 0 < value < 0.1 else f"{value:,.{digits}f}"
