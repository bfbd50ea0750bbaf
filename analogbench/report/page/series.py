"""The learning curves of a row, thinned so that a page of thousands of cells stays a few megabytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from analogbench.records.record import MetricInfo, Record
from analogbench.report.frame import Kept
from analogbench.report.notes import axis_title

MOST_NUMBERS = 600_000
"""So many numbers of all curves together are kept, about four megabytes …"""

MOST_POINTS, FEWEST_POINTS = 200, 20
"""… but no more points of a curve than this, which no plot would show, and no fewer."""

DIGITS = 4
"""Significant digits: more show in no plot."""

AXES = ("step", "epoch")
DECADE = 10.0
"""A loss that spans more is drawn on a logarithmic axis."""


class Axes:
    """The columns of steps and epochs, each kept once: thousands of cells share a few. points: how many points of each
    curve are kept at most."""

    def __init__(self, points: int) -> None:
        self.points = points
        self.columns: list[list[float | None]] = []
        self._places: dict[tuple[float | None, ...], int] = {}

    def place(self, column: Sequence[float | None]) -> int:
        """The place of an equal column in `columns`."""
        key = tuple(column)
        if key not in self._places:
            self._places[key] = len(self.columns)
            self.columns.append(list(column))
        return self._places[key]


def most_points(records: Sequence[Record]) -> int:
    """How many points of each curve are kept."""
    lines = sum(max(len(record.curve) - 2, 0) for record in records)
    return min(max(MOST_NUMBERS // max(lines, 1), FEWEST_POINTS), MOST_POINTS)


def charts(kept: Sequence[Kept], metric: MetricInfo | None, axes: Axes) -> list[dict[str, Any]]:
    """One chart for each quantity that the curves hold, the ranking metric first."""
    names = dict.fromkeys(name for one in kept for name in one.record.curve if name not in AXES)
    first = [metric.key] if metric and metric.key in names else []
    ordered = [*first, *(name for name in names if name not in first)]
    return [chart for name in ordered if (chart := _chart(name, kept, metric, axes))]


def _chart(name: str, kept: Sequence[Kept], metric: MetricInfo | None, axes: Axes) -> dict[str, Any] | None:
    is_metric = metric is not None and name == metric.key
    scale = metric.scale if metric and is_metric else 1.0
    x = _axis_of([one.record for one in kept])
    lines = [line for one in kept if (line := _line(one, name, x, scale, axes))]
    if not lines:
        return None
    title = axis_title(metric) if metric and is_metric else name.replace("_", " ")
    log = metric.log_axis if metric and is_metric else _spans_decades(lines)
    stride = max(line.pop("stride") for line in lines)
    return {"title": title, "x": x, "log": log, "stride": stride, "lines": lines}


def _axis_of(records: Sequence[Record]) -> str:
    """Epochs, unless there are none, or they are but another name for steps."""
    curves = [record.curve for record in records if record.curve.get("epoch")]
    return (
        "epoch" if any(curve["epoch"] != curve.get("step") and len(curve["epoch"]) > 2 for curve in curves) else "step"
    )


def _line(one: Kept, name: str, x: str, scale: float, axes: Axes) -> dict[str, Any] | None:
    """One seed. A record of a killed cell may be ragged: what has no partner is left out."""
    curve = one.record.curve
    steps = curve.get(x) or curve.get("step") or curve.get("epoch") or []
    pairs = list(zip(steps, curve.get(name, []), strict=False))
    if not pairs:
        return None
    stride = -(-len(pairs) // axes.points)
    pairs = pairs[::-1][::stride][::-1]  # the last point is always among them
    record = one.record
    own = {"seed": record.cell.seed, "status": record.status, "stale": one.stale, "stride": stride}
    return own | {"x": axes.place([at for at, _ in pairs]), "y": [_rounded(y, scale) for _, y in pairs]}


def _rounded(number: float | None, scale: float) -> float | None:
    if number is None:
        return None
    rounded = float(f"{number * scale:.{DIGITS}g}")  # which may be infinite where the number was not
    return rounded if math.isfinite(rounded) else None


def _spans_decades(lines: Sequence[dict[str, Any]]) -> bool:
    numbers = [number for line in lines for number in line["y"] if number is not None]
    return bool(numbers) and min(numbers) > 0 and max(numbers) > DECADE * min(numbers)
