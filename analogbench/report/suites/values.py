"""Numbers of one record: its final value, its smoothed curve, its histogram of weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analogbench.records.record import MetricInfo, Record
from analogbench.report.statistics import LARGEST

Array: TypeAlias = NDArray[np.float64]


def final(record: Record, key: str, last: int, scale: float) -> float | None:
    """A metric or, if `last` is not 0, the mean of so many last points of a curve's column; times `scale`."""
    points: Sequence[float | None] = record.curve.get(key, ()) if last else [record.metrics.get(key)]
    found = [point * scale for point in points if point is not None][-last or None :]
    if not found or not all(map(usable, found)):
        return None
    return math.fsum(found) / len(found)


def points_used(record: Record, key: str, last: int) -> int:
    """Of how many points of a curve `final` takes the mean."""
    return min(last, sum(point is not None for point in record.curve.get(key, ())))


def last_points(last: int, used: Iterable[int]) -> str:
    """`the last 5 points`. used: how many each mean was taken of."""
    numbers = set(used) or {last}
    if numbers == {last}:
        return f"the last {last} points" if last > 1 else "the last point"
    if len(numbers) > 1:
        return f"the last {last} points, or of all where there are fewer,"
    return f"all {max(numbers)} points (not {last}: there are no more)" if max(numbers) > 1 else "the only point"


def usable(number: float) -> bool:
    """Neither NaN nor what no axis holds."""
    return abs(number) < LARGEST


def curve(record: Record, key: str, over: str, scale: float) -> tuple[list[float], list[float]]:
    """The points of a column against "step" or "epoch", times `scale`; places without a number are left out."""
    places = record.curve.get(over) or record.curve.get("step") or record.curve.get("epoch") or []
    pairs = zip(places, record.curve.get(key, ()), strict=False)  # a record of a killed cell may be ragged
    points = [(x, y * scale) for x, y in pairs if x is not None and y is not None]
    points = [(x, y) for x, y in points if usable(x) and usable(y)]
    return [x for x, _ in points], [y for _, y in points]


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """The exponential average s = weight·s + (1 − weight)·y, which begins with the first value."""
    averages: list[float] = []
    for value in values:
        averages.append(weight * averages[-1] + (1 - weight) * value if averages else value)
    return averages


def as_metric(record: Record | None, key: str, scale: float, log: bool = False, unit: str = "") -> MetricInfo:
    """What `statistics.split` needs to know of a quantity that was already multiplied by `scale`."""
    own = record.metric if record and record.metric and record.metric.key == key else None
    percent = unit == "%" or (own is not None and own.unit == "%" and own.scale == scale)
    return MetricInfo(key=key, title=key, unit="%" if percent else unit, log_axis=log or bool(own and own.log_axis))


def weight_range(record: Record) -> tuple[float, float] | None:
    """From the least to the greatest trained weight, to within a bin; None where no weights are recorded."""
    ends = []
    for layer in record.weights:
        filled = np.flatnonzero(layer.counts)
        if len(filled) and usable(layer.low) and usable(layer.high):
            edges = np.linspace(layer.low, layer.high, len(layer.counts) + 1)
            ends += [float(edges[filled[0]]), float(edges[filled[-1] + 1])]
    return (min(ends), max(ends)) if ends else None


def density(record: Record, edges: Array) -> Array | None:
    """The density of all trained weights in the bins between `edges`; weights outside of them count in the total."""
    share, total = np.zeros(len(edges) - 1), 0.0
    for layer in record.weights:
        if not layer.counts or not (usable(layer.low) and usable(layer.high)):
            continue
        own = np.linspace(layer.low, max(layer.high, np.nextafter(layer.low, np.inf)), len(layer.counts) + 1)
        reached = np.concatenate([[0.0], np.cumsum(layer.counts, dtype=float)])
        share += np.diff(np.interp(edges, own, reached))
        total += float(reached[-1])
    return share / total / np.diff(edges) if total > 0 else None
