"""What a row of the page opens: its cells, curves, failures, provenance, and how to run it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from analogbench.grid.cell import Cell, Part
from analogbench.records.record import MetricInfo, Record
from analogbench.records.store import Store
from analogbench.report import digits
from analogbench.report.digits import Digits
from analogbench.report.frame import Kept
from analogbench.report.notes import STALE, axis_title
from analogbench.report.page.origins import origins
from analogbench.report.page.series import Axes, charts, most_points
from analogbench.report.page.views import Members, row_key
from analogbench.report.ranking import Board, Row

Again = Callable[[Sequence[Cell]], Sequence[str]]
"""The command lines that run certain cells again."""


def details(boards: Sequence[Board], rows: Members, again: Again) -> dict[str, Any]:
    """Everything that rows open, as plain data. axes: columns of steps or epochs. parts: algorithms, devices and tasks
    with all their parameters. rows: by key; their curves and parts are places in these two."""
    axes, parts = Axes(most_points([one.record for kept in rows.values() for one in kept])), _Parts()
    found = {}
    for board in boards:
        reference = next((row_key(board, row) for row in board.rows if row.is_reference and row.values), None)
        seeds = {seed for row in board.rows for seed in _seeds(row)}
        for row in board.rows:
            kept = rows[board.task, board.data, board.budget, row.algorithm, row.device]
            found[row_key(board, row)] = {
                "name": row.name,
                "missing": sorted(seeds - _seeds(row)),
                "table": _table(kept, row, board.metric),
                "failures": [_failure(one.record) for one in kept if one.record.status != "ok"],
                "charts": charts(kept, board.metric, axes),
                "reference": reference if reference != row_key(board, row) else None,
                "commands": list(again([one.record.cell for one in kept])),
                "origins": origins(kept),
                "parts": parts.places(kept[-1].record.cell),
            }
    return {"rows": found, "axes": axes.columns, "parts": parts.found}


def _seeds(row: Row) -> set[int]:
    return {*row.seeds, *(failure.seed for failure in row.failures)}


def _table(kept: Sequence[Kept], row: Row, metric: MetricInfo | None) -> dict[str, Any]:
    """One line for each seed."""
    names = dict.fromkeys(name for one in kept for name in one.record.metrics)
    others = [name for name in names if metric is None or name != metric.key]
    shown = _digits(row, metric)
    titles = [axis_title(metric)] if metric else []
    costs = ("pulses", "seconds", "together", "steps")
    headers = ["seed", "status", *titles, *(name.replace("_", " ") for name in others), *costs, "record"]
    return {"headers": headers, "rows": [_line(one, metric, shown, others) for one in kept]}


def _line(one: Kept, metric: MetricInfo | None, shown: Digits | None, others: Sequence[str]) -> list[str]:
    record = one.record
    mark = f" {STALE}" if one.stale else ""
    values = [_value(record, metric, shown)] if metric else []
    rest = [_short(record.metrics.get(name)) for name in others]
    costs = [digits.count(record.pulses), digits.seconds(record.seconds), str(record.replicas), str(record.steps)]
    path = Store(Path()).path_of(record.identity, record.cell)
    return [str(record.cell.seed), f"{record.status}{mark}", *values, *rest, *costs, path.as_posix()]


def _digits(row: Row, metric: MetricInfo | None) -> Digits | None:
    """One digit more than the mean of the row has, so that its seeds can be told apart."""
    summary = row.summary
    if metric is None or summary is None:
        return None
    of_mean = Digits.of(summary.scaled(metric.scale), metric.log_axis)
    return Digits(of_mean.decimals + 1, of_mean.exponent)


def _value(record: Record, metric: MetricInfo, shown: Digits | None) -> str:
    if record.value is None or shown is None or record.metric is None or record.metric.key != metric.key:
        return digits.NOTHING
    return shown.text(record.value * metric.scale)


def _short(number: float | None) -> str:
    return digits.NOTHING if number is None else digits.short(number)


def _failure(record: Record) -> dict[str, Any]:
    own = {"seed": record.cell.seed, "status": record.status, "reason": record.reason}
    return own | {"traceback": record.traceback}


class _Parts:
    """Algorithms, devices and tasks with all their parameters, each kept once."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}

    def places(self, cell: Cell) -> list[int]:
        """Those of a cell's parts."""
        kinds = {"algorithm": cell.algorithm, "device": cell.device, "task": cell.task}
        return [self._place(kind, part) for kind, part in kinds.items()]

    def _place(self, kind: str, part: Part) -> int:
        key = f"{kind} {part.model_dump_json()}"
        if key not in self._places:
            self._places[key] = len(self.found)
            params = [[name, "none" if value is None else str(value)] for name, value in part.params.items()]
            self.found.append({"kind": kind, "name": part.name, "params": params})
        return self._places[key]
