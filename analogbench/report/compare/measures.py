"""By which number two algorithms are compared: the ranking metric, another metric, or a cost."""

from __future__ import annotations

from collections.abc import Iterable

from analogbench.errors import UnknownNameError, UsageError
from analogbench.records.record import MetricInfo, Record
from analogbench.report import digits
from analogbench.report.statistics import Summary

COSTS = ("pulses", "seconds")

_LESS, _MORE = ("loss", "error"), ("accuracy",)
"""Ends of metrics' names that say whether less or more is better; records say it of the ranking metric only."""


def check_measure(key: str | None, records: Iterable[Record]) -> None:
    """Whether some record has that number. Raises UsageError."""
    known = {*COSTS, *(name for record in records for name in record.metrics)}
    if key is not None and key not in known:
        raise UnknownNameError("metric", key, known)


def measure(key: str | None, ranking: MetricInfo) -> MetricInfo:
    """What the number `key` is, in a setting that is ranked by `ranking`; None stands for that.

    Raises UsageError where nobody can know whether more of it is better.
    """
    if key is None or key == ranking.key:
        return ranking
    title = key.replace("_", " ")
    if key in COSTS:
        return MetricInfo(key=key, title=title, higher_is_better=False, log_axis=True)
    if not key.endswith((*_LESS, *_MORE)):
        raise UsageError(
            f"whether more or less {key} is better is not recorded: compare by a metric that tasks are ranked by, by "
            f"one whose name ends in {', '.join((*_LESS, *_MORE))}, or by {' or '.join(COSTS)}"
        )
    return MetricInfo(key=key, title=title, higher_is_better=key.endswith(_MORE))


def value_of(record: Record, metric: MetricInfo) -> float | None:
    """The number of a cell that ended ok, in the task's own units; None where there is none."""
    if record.status != "ok":
        return None
    if metric.key in COSTS:
        return record.pulses if metric.key == "pulses" else record.seconds
    return record.metrics.get(metric.key)


def has_value(record: Record, metric: MetricInfo) -> bool:
    """Whether that number was taken at all; what was taken and is not finite is one, too."""
    if metric.key in COSTS:
        return value_of(record, metric) is not None
    return metric.key in record.metrics


def value_text(value: float, metric: MetricInfo) -> str:
    """`85.82 %`, `6.58e-4`. value: in the metric's own units."""
    shown = value * metric.scale
    number = digits.Digits.of(Summary(1, shown), True).text(shown) if metric.log_axis else digits.short(shown)
    return f"{number} {metric.unit}".strip()
