"""The quantities that records hold: metrics, and what a cell cost; what they are called, and whether more is better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analogbench.errors import UnknownNameError, UsageError
from analogbench.records.record import MetricInfo, Record
from analogbench.report import digits
from analogbench.report.notes import axis_title
from analogbench.report.statistics import Summary

COSTS: dict[str, MetricInfo] = {
    "pulses": MetricInfo(key="pulses", title="pulses", higher_is_better=False, log_axis=True),
    "seconds": MetricInfo(key="seconds", title="time of a cell", unit="s", higher_is_better=False),
    "job_seconds": MetricInfo(key="job_seconds", title="time of the cell's job", unit="s", higher_is_better=False),
    "steps": MetricInfo(key="steps", title="training steps", higher_is_better=False),
}
"""Fields of a record that cost something. Two algorithms are compared by their ratio."""

TIMES = ("seconds", "job_seconds")
"""Costs that belong to a machine."""

TITLES = {"train_loss": "training loss"}
"""Of metrics that records do not describe; others are called as in the record."""

LESS, MORE = ("loss", "error"), ("accuracy",)
"""Ends of metrics' names that say whether less or more is better; records say it of the ranking metric only."""


@dataclass(frozen=True)
class Quantity:
    """info: title, unit and direction, which means nothing where `directed` is False."""

    info: MetricInfo
    directed: bool = True

    @property
    def title(self) -> str:
        """`test accuracy [%]`."""
        return axis_title(self.info)

    @property
    def timed(self) -> bool:
        """Whether it is a time, which belongs to a machine."""
        return self.info.key in TIMES

    def of(self, record: Record) -> float | None:
        """Its value in the task's own units; None unless the cell ended ok and has one."""
        return value_of(record, self.info)


def declared_in(records: Iterable[Record]) -> dict[str, MetricInfo]:
    """The ranking metrics, by key; where two records differ in one, the later has it."""
    return {record.metric.key: record.metric for record in records if record.metric}


def described(key: str, declared: Mapping[str, MetricInfo]) -> Quantity:
    """What the number `key` is. declared: of the records around it."""
    if known := declared.get(key) or COSTS.get(key):
        return Quantity(known)
    title = TITLES.get(key, key.replace("_", " "))
    return Quantity(MetricInfo(key=key, title=title, higher_is_better=key.endswith(MORE)), key.endswith((*LESS, *MORE)))


def compared_by(key: str, declared: Mapping[str, MetricInfo]) -> MetricInfo:
    """The same for a comparison. Raises UsageError where nobody can know whether more of it is better."""
    found = described(key, declared)
    if not found.directed:
        raise UsageError(
            f"whether more or less {key} is better is not recorded: compare by a metric that tasks are ranked by, by "
            f"one whose name ends in {', '.join((*LESS, *MORE))}, or by {', '.join(COSTS)}"
        )
    return found.info


def check_name(key: str, records: Iterable[Record]) -> None:
    """Whether some record has that number. Raises UnknownNameError."""
    known = set(COSTS)
    for record in records:
        known |= record.metrics.keys() | ({record.metric.key} if record.metric else set())
    if key not in known:
        raise UnknownNameError("metric", key, sorted(known))


def quantity_of(records: Sequence[Record], key: str | None) -> Quantity:
    """The quantity called `key`, or else the ranking metric, if all records have the same one.

    Raises UsageError if there is none of that name, or no or several ranking metrics.
    """
    declared = declared_in(records)
    if key is not None:
        check_name(key, records)
        return described(key, declared)
    if len(declared) != 1:
        there = f"the records have several: {', '.join(sorted(declared))}" if declared else "no record has one"
        raise UsageError(f"which metric? {there}; name one with --metric, or fewer tasks with -t")
    return Quantity(next(iter(declared.values())))


def value_of(record: Record, metric: MetricInfo) -> float | None:
    """The number of a cell that ended ok, in the task's own units; None where there is none."""
    if record.status != "ok":
        return None
    if metric.key in COSTS:
        found: float | None = getattr(record, metric.key)
        return found
    return record.metrics.get(metric.key)


def has_value(record: Record, metric: MetricInfo) -> bool:
    """Whether that number was taken at all; what was taken and is not finite is one, too."""
    return metric.key in record.metrics or value_of(record, metric) is not None


def value_text(value: float, metric: MetricInfo) -> str:
    """`85.82 %`, `6.58e-4`. value: in the metric's own units."""
    shown = value * metric.scale
    number = digits.Digits.of(Summary(1, shown), True).text(shown) if metric.log_axis else digits.short(shown)
    return f"{number} {metric.unit}".strip()
