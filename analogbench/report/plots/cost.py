"""Cost against quality: the metric against the pulses that were spent, and who is beaten by nobody in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analogbench.records.record import MetricInfo
from analogbench.report.natural import natural
from analogbench.report.notes import axis_title, heading, is_split
from analogbench.report.plots import style
from analogbench.report.plots.legend import legend_below
from analogbench.report.plots.looks import REFERENCE_LOOK, Look, crossed
from analogbench.report.plots.spread import metric_axis
from analogbench.report.ranking import Board, Row
from analogbench.report.statistics import LARGEST

HEIGHT = 2.3
FRONT = "#555555"


@dataclass(frozen=True)
class Point:
    """A row of the board. x: pulses; y: the mean, low and high its range over the seeds, in display units."""

    row: Row
    x: float
    y: float
    low: float
    high: float


def cost_figure(board: Board) -> Figure | None:
    """Draw one board; None where fewer than two rows have both a value and a number of pulses."""
    metric = board.metric
    if metric is None:
        return None
    points = [point for row in board.rows if (point := _point(row, metric))]
    if len(points) < 2:
        return None
    algorithms = sorted({point.row.algorithm for point in points}, key=natural)
    devices = sorted({point.row.device for point in points}, key=natural)
    looks = crossed(algorithms, devices)
    goal = next((row for row in board.rows if row.is_reference and row.summary and row.pulses == 0), None)
    with style.styled():
        figure = style.new_figure(style.COLUMN, HEIGHT, heading(board))
        axes = figure.subplots()
        for point in points:
            _draw(axes, point, looks[point.row.algorithm, point.row.device])
        if goal is not None and goal.summary:
            axes.axhline(goal.summary.mean * metric.scale, color=REFERENCE_LOOK.color, linestyle=REFERENCE_LOOK.dashes)
        _draw_front(axes, front(points, metric))
        metric_axis(axes, metric)
        axes.set(xscale="log", xlabel="pulses", ylabel=axis_title(metric))
        legend_below(figure, _entries(algorithms, devices, looks, goal), _caption(board, points))
    return figure


def _point(row: Row, metric: MetricInfo) -> Point | None:
    if not row.values or not row.pulses:
        return None
    shown = [value * metric.scale for value in row.values]
    if not all(abs(number) < LARGEST for number in (*shown, row.pulses)):
        return None
    return Point(row, row.pulses, float(np.mean(shown)), min(shown), max(shown))


def front(points: Sequence[Point], metric: MetricInfo) -> list[Point]:
    """The Pareto front, cheapest first: those that no other is at least as good and cheaper than, or as cheap and
    better. A row with failed seeds is not on it: no place is won by failing."""
    sign = 1.0 if metric.higher_is_better else -1.0
    found: list[Point] = []
    for point in sorted((one for one in points if not one.row.failures), key=lambda one: (one.x, -sign * one.y)):
        if not found or sign * point.y > sign * found[-1].y:
            found.append(point)
    return found


def _draw(axes: Axes, point: Point, look: Look) -> None:
    bars: Any = [[max(point.y - point.low, 0.0)], [max(point.high - point.y, 0.0)]]
    faint = 0.35 if point.row.failures else 1.0
    own = look.line() | {"linestyle": ""}
    axes.errorbar([point.x], [point.y], yerr=bars, elinewidth=0.6, capsize=1.2, alpha=faint, **own)


def _draw_front(axes: Axes, found: Sequence[Point]) -> None:
    """A stair through the front, and a ring around each of its points."""
    if found:
        x, y = [point.x for point in found], [point.y for point in found]
        axes.plot(x, y, drawstyle="steps-post", color=FRONT, linewidth=0.8, zorder=1)
        axes.plot(x, y, "o", markersize=7.5, markerfacecolor="none", markeredgecolor=FRONT, markeredgewidth=0.7)


def _entries(
    algorithms: Sequence[str], devices: Sequence[str], looks: dict[tuple[str, str], Look], goal: Row | None
) -> list[Artist]:
    """Markers of the algorithms in black, colours of the devices, the front and the reference."""
    marks: dict[str, Any] = {"linestyle": "", "color": "black"}
    told: list[Artist] = [
        Line2D([], [], label=name, marker=looks[name, devices[0]].marker, **marks) for name in algorithms
    ]
    for name in devices:
        own: dict[str, Any] = looks[algorithms[0], name].line() | {"linestyle": "", "marker": "h"}
        told.append(Line2D([], [], label=name, **own))
    ring: dict[str, Any] = {"marker": "o", "markersize": 7.5, "markerfacecolor": "none", "markeredgewidth": 0.7}
    told.append(Line2D([], [], label="Pareto front", color=FRONT, linewidth=0.8, **ring))
    if goal is not None:
        told.append(Line2D([], [], label=goal.name, color=REFERENCE_LOOK.color, linestyle=REFERENCE_LOOK.dashes))
    return told


def _caption(board: Board, points: Sequence[Point]) -> str:
    """What is drawn, and which rows are not."""
    parts = ["mean and min–max over the seeds"]
    if any(point.row.failures for point in points):
        parts.append("faint: some seeds failed")
    failed = sum(not row.values for row in board.rows)
    uncounted = sum(bool(row.values) and row.pulses is None for row in board.rows)
    left_out = ((failed, "rows all failed"), (uncounted, "rows without a count of pulses"))
    parts += [f"{number} {why}" for number, why in left_out if number]
    split = sum(is_split(point.row, board.metric) for point in points)
    parts += [f"{split} whose seeds split in two groups"] if split else []
    stale = sum(row.stale for row in board.rows)
    parts += [f"stale: {stale} of {sum(row.total for row in board.rows)} cells"] if stale else []
    return "; ".join(parts)
