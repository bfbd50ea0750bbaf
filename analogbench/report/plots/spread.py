"""What is drawn of several seeds: the middle one and the range."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log10

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter

from analogbench.records.record import MetricInfo
from analogbench.report.frame import Frame
from analogbench.report.statistics import LARGEST

MOST_POINTS = 200
"""More points of a line than this show in no plot, but make a file of megabytes."""


def over_seeds(points: Frame, x: str, y: str, scale: float) -> Frame:
    """Median, least and greatest of `y` at each `x`, in display units.

    The median, because the seeds of a bistable cell fall into two groups and their mean lies where no seed is; the
    range, because an interval from three seeds is wider than any of them and crosses zero on a logarithmic axis.
    """
    table = points.groupby(x)[y].agg(["median", "min", "max"]).astype(float) * scale
    return table[(table.abs() < LARGEST).all(axis=1)]  # neither NaN nor what no axis holds


def thinned(table: Frame) -> Frame:
    """Every so-manieth row, the last one always among them."""
    stride = -(-len(table) // MOST_POINTS)
    return table.iloc[::-1].iloc[::stride].iloc[::-1] if stride > 1 else table


def caption(seeds: Sequence[int]) -> str:
    """What a line and the range around it stand for. seeds: how many each line has."""
    if max(seeds, default=0) < 2:
        return "one seed"
    number = str(max(seeds)) if min(seeds) == max(seeds) else f"{min(seeds)} to {max(seeds)}"
    return f"median and min–max of {number} seeds"


def stale_part(cells: Frame) -> str:
    """The part of a caption that says how many cells other code has made than is installed now; empty if none."""
    number = int(cells["stale"].sum())
    return f"; stale: {number} of {len(cells)} cells" if number else ""


def metric_axis(axes: Axes, metric: MetricInfo) -> None:
    """The scale of the y axis, once everything is drawn: an axis without a positive value cannot be logarithmic."""
    if metric.log_axis and axes.dataLim.y1 > 0:
        axes.set_yscale("log", nonpositive="mask")


def value_axis(axes: Axes, values: Sequence[float]) -> None:
    """The x axis of a sweep: logarithmic where the values are spaced so, with a tick at each where there is room."""
    log = log_spaced(values)
    if log:
        axes.set_xscale("log")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.xaxis.set_major_locator(LogLocator(numticks=6))
    ticks_at(axes, values, log)


def log_spaced(values: Sequence[float]) -> bool:
    """Whether ascending values are for a logarithmic axis: at equal ratios, or over a decade and not at equal steps."""
    low, high = min(values), max(values)
    if low <= 0 or high < WIDE * low:
        return False
    steps, ratios = (_unevenness(places) for places in (values, [log10(value) for value in values]))
    equal_steps = len(values) > 3 and steps < EVEN
    equal_ratios = len(values) > 2 and ratios < EVEN < steps
    return equal_ratios or (high >= 10 * low * (1 - 1e-9) and not equal_steps)


def _unevenness(places: Sequence[float]) -> float:
    """The largest gap by the smallest."""
    gaps = [b - a for a, b in pairwise(places)]
    return max(gaps, default=1.0) / min(gaps, default=1.0)


WIDE = 3.0
"""Values within this factor of each other are on a linear axis, however they are spaced."""

EVEN = 1.3


def ticks_at(axes: Axes, values: Sequence[float], log: bool) -> None:
    """A tick at each value of the x axis, where there are at least two and there is room for their labels."""
    if len(values) > 1 and _room(values, log):
        axes.xaxis.set_major_locator(FixedLocator(list(values)))
        axes.xaxis.set_minor_locator(FixedLocator([]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _room(values: Sequence[float], log: bool) -> bool:
    """Whether a tick label at each value leaves the others legible."""
    places = sorted(log10(value) if log else value for value in values)
    nearest = min(b - a for a, b in pairwise(places))
    return len(values) <= 7 and nearest > 0.11 * (places[-1] - places[0])


FEW_POINTS = 12
"""Up to so many points a line has a marker at each of them."""


def marks(points: int, place: int, lines: int) -> tuple[int, int]:
    """First and distance of a line's markers: about five, at other places than those of the other lines."""
    every = max(points // 5, 1) if points > FEW_POINTS else 1
    return place * every // lines, every
