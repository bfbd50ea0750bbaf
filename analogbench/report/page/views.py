"""The leaderboards of the page: the same strings as everywhere else, and what they are sorted and filtered by."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from analogbench.report.frame import Kept
from analogbench.report.leaderboard import ALIGNMENT, Grid, grid
from analogbench.report.natural import natural
from analogbench.report.notes import heading, notes
from analogbench.report.page.align import Text, aligned
from analogbench.report.page.dots import Dots, axis_of, dots
from analogbench.report.ranking import Board, Row
from analogbench.report.tables import stems

METRIC, INTERVAL, GAP, FAILED = 3, 4, 5, 9
"""Columns of `leaderboard.grid`."""

Key = float | None
"""What a column is sorted by; None comes last in either direction."""


@dataclass(frozen=True)
class Column:
    """A column's header. first: the direction of the first click, best first where there is a best."""

    title: str
    numeric: bool
    first: str = "ascending"


@dataclass(frozen=True)
class CellView:
    """A cell of a table. css: its classes: `c` and its column, whether it is a number, and whether something is bad."""

    text: Text
    key: Key
    css: str


@dataclass(frozen=True)
class RowView:
    """A row of a table. key: its own on the page, the same whenever the page is made. parts: names to filter by.
    statuses: how its cells ended, "stale" if any are, and "failed" if any did. cells: one for each column."""

    key: str
    name: str
    algorithm: str
    device: str
    parts: tuple[str, str]
    statuses: tuple[str, ...]
    cells: tuple[CellView, ...]
    dots: Dots | None


@dataclass(frozen=True)
class BoardView:
    """A table with its heading and notes. best: index of the best row. cells, failed: numbers of cells."""

    id: str
    heading: str
    task: str
    budget: str
    columns: tuple[Column, ...]
    rows: tuple[RowView, ...]
    best: int | None
    notes: tuple[str, ...]
    cells: int
    failed: int


Members = dict[tuple[str, str, str, str, str], list[Kept]]
"""The records of each row, by task, data, budget, algorithm and device, in the order of their seeds."""


def members(kept: Sequence[Kept]) -> Members:
    """The records that each row of the leaderboards is made of."""
    found: Members = {}
    for one in sorted(kept, key=lambda one: one.record.cell.seed):
        labels, budget = one.record.labels, one.record.cell.budget
        found.setdefault((labels.task, one.data, budget, labels.algorithm, labels.device), []).append(one)
    return found


def board_views(boards: Sequence[Board], rows: Members) -> list[BoardView]:
    """The tables of the page."""
    names = stems([(board.task, board.data, board.budget) for board in boards])
    return [_view(board, name, rows) for board, name in zip(boards, names, strict=True)]


def row_key(board: Board, row: Row) -> str:
    """Ten hexadecimal digits that stand for the row on the page, whatever else is there."""
    path = (board.task, board.data, board.budget, row.algorithm, row.device)
    return hashlib.sha256("\0".join(path).encode()).hexdigest()[:10]


def _view(board: Board, name: str, rows: Members) -> BoardView:
    table, places = grid(board), _natural_places(board.rows)
    texts = _texts(table)
    views, axis = [], axis_of(board)
    for i, row in enumerate(board.rows):
        kept = rows[board.task, board.data, board.budget, row.algorithm, row.device]
        cell = kept[0].record.cell
        parts = (cell.algorithm.name, cell.device.name)
        own = (row_key(board, row), row.name, row.algorithm, row.device, parts, _statuses(row))
        views.append(RowView(*own, _cells(row, texts[i], _keys(row, places[i])), dots(row, axis)))
    return BoardView(
        id=name,
        heading=heading(board),
        task=cell.task.name,
        budget=board.budget,
        columns=_columns(board, table),
        rows=tuple(views),
        best=table.best,
        notes=tuple(notes(board)),
        cells=sum(row.total for row in board.rows),
        failed=sum(len(row.failures) for row in board.rows),
    )


def _columns(board: Board, table: Grid) -> tuple[Column, ...]:
    best = "descending" if board.metric and board.metric.higher_is_better else "ascending"
    first = {METRIC: best, INTERVAL: best, GAP: best}
    headers = zip(table.headers, ALIGNMENT, strict=True)
    return tuple(Column(title, side == "right", first.get(i, "ascending")) for i, (title, side) in enumerate(headers))


def _texts(table: Grid) -> list[tuple[Text, ...]]:
    """By rows, padded so that decimal points stand below each other."""
    columns = [aligned(column) for column in zip(*table.rows, strict=True)]
    return list(zip(*columns, strict=True))


def _cells(row: Row, texts: Sequence[Text], keys: Sequence[Key]) -> tuple[CellView, ...]:
    bad = {FAILED} if row.failures else set()
    bad |= set() if row.values else {METRIC}
    found = []
    for column, (text, key) in enumerate(zip(texts, keys, strict=True)):
        css = [f"c{column}", *(["number"] if ALIGNMENT[column] == "right" else []), *(["bad"] if column in bad else [])]
        found.append(CellView(text, key, " ".join(css)))
    return tuple(found)


def _statuses(row: Row) -> tuple[str, ...]:
    found = ["ok"] if row.seeds else []
    found += ["failed", *dict.fromkeys(failure.status for failure in row.failures)] if row.failures else []
    return (*found, "stale") if row.stale else tuple(found)


def _keys(row: Row, places: tuple[int, int]) -> tuple[Key, ...]:
    summary = row.summary
    low, mean = (summary.low, summary.mean) if summary else (None, None)
    seconds = row.seconds if len(row.times) < 2 else min(time for _, time in row.times)
    gap = row.gap if not row.is_reference else None
    numbers = (row.rank, *places, mean, low, gap, row.pulses, seconds, len(row.seeds), len(row.failures))
    return tuple(number if number is not None and math.isfinite(number) else None for number in numbers)


def _natural_places(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Of each row the places of its algorithm and its device in the order in which a reader looks for them."""
    algorithms = sorted({row.algorithm for row in rows}, key=natural)
    devices = sorted({row.device for row in rows}, key=natural)
    return [(algorithms.index(row.algorithm), devices.index(row.device)) for row in rows]
