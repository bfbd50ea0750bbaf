"""The seeds of a row as dots on the axis of its table: where a mean hides what the seeds did, they show it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analogbench.report.ranking import Board, Row
from analogbench.report.statistics import LARGEST

WIDTH = 100.0
"""Units of the drawing's width."""


@dataclass(frozen=True)
class Dots:
    """Places between 0 and WIDTH, rounded to a tenth: of each seed, and of the mean."""

    seeds: tuple[float, ...]
    mean: float

    @property
    def seeds_path(self) -> str:
        """SVG: a short tick for each seed."""
        return "".join(f"M{place:g} 2v4" for place in self.seeds)

    @property
    def mean_path(self) -> str:
        """SVG: a tall tick."""
        return f"M{self.mean:g} 0v8"


Axis = tuple[float, float, bool]
"""Its ends, and whether it is logarithmic."""


def axis_of(board: Board) -> Axis | None:
    """The axis that holds all seeds of a table; None if there is none."""
    values = [value for row in board.rows for value in row.values]
    log = board.metric is not None and board.metric.log_axis
    if not values or not all(abs(value) < LARGEST for value in values) or (log and min(values) <= 0):
        return None
    return min(values), max(values), log


def dots(row: Row, axis: Axis | None) -> Dots | None:
    """None where there is nothing to draw."""
    summary = row.summary
    if axis is None or summary is None:
        return None
    return Dots(tuple(_place(value, *axis) for value in row.values), _place(summary.mean, *axis))


def _place(value: float, low: float, high: float, log: bool) -> float:
    if low == high:
        return WIDTH / 2
    share = _decades(low, value) / _decades(low, high) if log else (value - low) / (high - low)
    return round(WIDTH * min(max(share, 0.0), 1.0), 1)


def _decades(low: float, high: float) -> float:
    """Between two numbers whose ratio may be too large for a number."""
    return math.log10(high) - math.log10(low)
