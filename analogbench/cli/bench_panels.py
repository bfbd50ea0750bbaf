"""The measurements of a task as lines and panels of a plot."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from analogbench.bench.rows import Row
from analogbench.bench.tables import Names
from analogbench.report.plots.speed import Line, Panel


def panels_of(rows: Sequence[Row], names: Names) -> list[Panel]:
    """A panel for each target and algorithm; the baseline is drawn in those of all others."""
    targets = list(dict.fromkeys(row.target for row in rows))
    rules = list(dict.fromkeys(_rule(row) for row in rows))
    own = [rule for rule in rules if rule != names.baseline] or rules
    found = []
    for target in targets:
        for rule in own:
            here = [row for row in rows if row.target == target and _rule(row) in (rule, names.baseline)]
            title = f"{rule}, {target}" if len(targets) > 1 else rule
            found.append(Panel(title, _lines(here, rule), names.reference or "", _level(here, rule)))
    return found


def _rule(row: Row) -> str:
    return row.case.cell.algorithm.name


def _lines(rows: Sequence[Row], rule: str) -> list[Line]:
    """A line for each case; the reference is a level instead."""
    cases = list(dict.fromkeys(row.case.title for row in rows if not row.case.is_reference))
    return [_line(title, [row for row in rows if row.case.title == title], rule) for title in cases]


def _line(title: str, rows: Sequence[Row], rule: str) -> Line:
    good = [(row.replicas, row.rate, row.best_rate) for row in rows if row.rate]
    return Line(
        label=title.removeprefix(f"{rule} × "),
        baseline=_rule(rows[0]) != rule,
        replicas=[replicas for replicas, _, _ in good],
        rates=[rate.median for _, rate, _ in good],
        low=[rate.low for _, rate, _ in good],
        high=[rate.high for _, rate, _ in good],
        bound=[best for _, _, best in good],
    )


def _level(rows: Sequence[Row], rule: str) -> float | None:
    """Steps per second of the reference, in all rounds in which it was timed."""
    seconds = [value for row in rows if _rule(row) == rule for value in row.measured.reference]
    return 1 / statistics.median(seconds) if seconds else None
