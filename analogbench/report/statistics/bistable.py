"""Whether the seeds of one group fall into two: those that learnt, and those that stayed where they started."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from analogbench.records.record import MetricInfo
from analogbench.report.statistics.summary import LARGEST

SPLIT_FACTOR = 5.0
"""Two groups of seeds are told apart when the gap between them is this many times the wider group's spread …"""

SPLIT_PERCENT = 10.0
"""… and, so that two close values never count, at least this many points where the unit is percent …"""

SPLIT_DECADES = 1.0
"""… this many decades on a logarithmic axis …"""

SPLIT_SHARE = 0.5
"""… or else this share of the largest value."""


def split(values: Sequence[float], metric: MetricInfo) -> tuple[list[float], list[float]] | None:
    """The two groups, lower and higher, that the seeds' values fall into; None if they form one.

    Training on analog devices can be bistable: some seeds learn, the others stay where they started. The mean of both
    describes neither, so whoever shows it must say so. values: in the metric's own units.
    """
    ordered = sorted(values)
    positions = _positions(ordered, metric)
    if len(positions) < 2 or not all(abs(position) < LARGEST for position in positions):
        return None
    gaps = np.diff(positions)
    cut = int(np.argmax(gaps)) + 1
    spread = max(positions[cut - 1] - positions[0], positions[-1] - positions[cut])
    if gaps[cut - 1] <= SPLIT_FACTOR * spread or gaps[cut - 1] <= _least_gap(positions, metric):
        return None
    return ordered[:cut], ordered[cut:]


def _positions(ordered: list[float], metric: MetricInfo) -> list[float]:
    """Where the values lie on the metric's axis."""
    if metric.log_axis and ordered and ordered[0] > 0:
        return [math.log10(value) for value in ordered]
    return [value * metric.scale for value in ordered]


def _least_gap(positions: list[float], metric: MetricInfo) -> float:
    if metric.log_axis:
        return SPLIT_DECADES
    return SPLIT_PERCENT if metric.unit == "%" else SPLIT_SHARE * max(abs(position) for position in positions)
