"""Leaderboards as text: the cells of a table, and tables for the terminal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tabulate import tabulate

from analogbench.records.record import MetricInfo, Record
from analogbench.report import digits
from analogbench.report.machines import letters, times_text
from analogbench.report.notes import STALE, axis_title, heading, is_split, notes
from analogbench.report.ranking import Board, Row, boards

WIDTH = 120
"""Columns of the terminal that a table has to fit."""

ALIGNMENT = ("right", "left", "left", "right", "left", "right", "right", "right", "right", "right")

NARROWEST = 12

GAP = 2
"""Blanks between columns."""


@dataclass(frozen=True)
class Grid:
    """A table as strings. best: index of the row whose metric is best, None if nothing ended ok."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    best: int | None


def grid(board: Board) -> Grid:
    """The strings of a leaderboard; column 1 is the algorithm, 2 the device, 3 the ranking metric."""
    metric = board.metric
    title = axis_title(metric) if metric else "result"
    unit = f" [{metric.unit}]" if metric and metric.unit and not metric.log_axis else ""
    costs = ("pulses", "seconds", "seeds", "failed")
    headers = ("rank", "algorithm", "device", title, "95 % interval", f"gap{unit}", *costs)
    best = 0 if board.rows and board.rows[0].rank else None
    names = letters(board.machines)
    return Grid(headers, tuple(_cells(row, metric, names) for row in board.rows), best)


def _cells(row: Row, metric: MetricInfo | None, machines: dict[str, str]) -> tuple[str, ...]:
    label = f"{row.algorithm} {STALE}" if row.stale else row.algorithm
    names = (str(row.rank or digits.NOTHING), label, row.device)
    counts = (str(len(row.seeds)), f"{len(row.failures)}/{row.total}")
    if row.summary is None or metric is None:
        return (*names, row.failed, *[digits.NOTHING] * 4, *counts)
    shown = row.summary.scaled(metric.scale)
    mean, interval = digits.mean_sd(shown, metric.log_axis), digits.interval(shown, metric.log_axis)
    if is_split(row, metric):
        mean, interval = f"{mean} †", digits.NOTHING  # where no seed is, there is nothing to be confident about
    costs = (digits.count(row.pulses), times_text(row.times, machines))
    return (*names, mean, interval, _gap(row, metric), *costs, *counts)


def _gap(row: Row, metric: MetricInfo) -> str:
    if row.gap is None:
        return "ref" if row.is_reference else digits.NOTHING
    return digits.ratio(row.gap) if metric.log_axis else digits.difference(row.gap * metric.scale)


def leaderboard_text(records: Sequence[Record], stale: Collection[str] = ()) -> str:
    """The plain-text leaderboards of all records, one for each task, data set and budget, 120 columns wide at most.

    stale: identities of records that other code has made.
    """
    return "\n\n".join(board_text(board) for board in boards(records, stale=stale))


def board_text(board: Board) -> str:
    """One leaderboard with its heading and notes."""
    lines = [heading(board), "", _table(_fitted(grid(board))), "", *(f"  {note}" for note in notes(board))]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines())


def _table(table: Grid) -> str:
    """As tabulate's "simple", without the padding that it gives to headers: there is no room to spare."""
    columns = range(len(table.headers))
    rule = ["-" * _width([table.headers, *table.rows], column) for column in columns]
    return str(tabulate([table.headers, rule, *table.rows], (), "plain", disable_numparse=True, colalign=ALIGNMENT))


def _fitted(table: Grid) -> Grid:
    """Wrap the labels, and the metric's title, so that the table fits the terminal."""
    headers = list(table.headers)
    widths = [_width([headers, *table.rows], column) for column in range(len(headers))]
    if sum(widths) + GAP * (len(widths) - 1) > WIDTH:
        headers[3] = wrapped(headers[3], NARROWEST)
        widths[3] = _width([headers, *table.rows], 3)
    room = WIDTH - GAP * (len(widths) - 1) - widths[0] - sum(widths[3:])
    device = min(widths[2], max(room // 2, room - widths[1], NARROWEST))
    algorithm = max(room - device, NARROWEST)
    names = [(wrapped(row[1], algorithm, hard=True), wrapped(row[2], device, hard=True)) for row in table.rows]
    rows = tuple((row[0], *name, *row[3:]) for row, name in zip(table.rows, names, strict=True))
    return Grid(tuple(headers), rows, table.best)


def _width(rows: Sequence[Sequence[str]], column: int) -> int:
    return max(len(line) for row in rows for line in row[column].split("\n"))


def _tokens(label: str, width: int) -> Iterator[str]:
    """The parts of a label between which it may be broken."""
    for token in re.split(r"(?<=[, -])|(?=\[)", label):
        yield from re.split(r"(?<==)", token) if len(token.rstrip()) > width else [token]


def wrapped(label: str, width: int, hard: bool = False) -> str:
    """Break a label such as `name[a=1,b=2]` before the bracket, behind a comma, hyphen or blank, only where it must be,
    and behind an equals sign what is too long for a line of its own.

    hard: break in the middle of what is too long for a line of its own, instead of letting it stick out.
    """
    lines = [""]
    for token in _tokens(label, width):
        if lines[-1] and len(lines[-1]) + len(token.rstrip()) > width:
            lines.append("")
        lines[-1] += token
        while hard and len(lines[-1].rstrip()) > width:
            lines[-1:] = [lines[-1][:width], lines[-1][width:]]
    return "\n".join(line.strip() for line in lines)
