"""The quantities that records hold: metrics, and what a cell cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analogbench.errors import UnknownNameError, UsageError
from analogbench.records.record import MetricInfo, Record
from analogbench.report.notes import axis_title


@dataclass(frozen=True)
class Quantity:
    """info: title, unit and direction, which means nothing where `directed` is False. timed: whether it is a time,
    which belongs to a machine."""

    info: MetricInfo
    directed: bool = True
    timed: bool = False

    @property
    def title(self) -> str:
        """`test accuracy [%]`."""
        return axis_title(self.info)

    def of(self, record: Record) -> float | None:
        """Its value in the task's own units; None unless the cell ended ok and has one."""
        if record.status != "ok":
            return None
        if self.info.key in COSTS:
            found: float | None = getattr(record, self.info.key)
            return found
        return record.metrics.get(self.info.key)


COSTS: dict[str, MetricInfo] = {
    "pulses": MetricInfo(key="pulses", title="pulses", higher_is_better=False, log_axis=True),
    "seconds": MetricInfo(key="seconds", title="time of a cell", unit="s", higher_is_better=False),
    "job_seconds": MetricInfo(key="job_seconds", title="time of the cell's job", unit="s", higher_is_better=False),
    "steps": MetricInfo(key="steps", title="training steps", higher_is_better=False),
}
"""Fields of a record that cost something."""

LOSSES: dict[str, MetricInfo] = {
    "train_loss": MetricInfo(key="train_loss", title="training loss", higher_is_better=False),
    "test_loss": MetricInfo(key="test_loss", title="test loss", higher_is_better=False),
}
"""What the engine records of every task beside its ranking metric."""


def quantity_of(records: Sequence[Record], key: str | None) -> Quantity:
    """The quantity called `key`, or else the ranking metric, if all records have the same one.

    Raises UsageError if there is none of that name, or no or several ranking metrics.
    """
    declared = {record.metric.key: record.metric for record in records if record.metric}
    if key is None:
        if len(declared) != 1:
            there = f"the records have several: {', '.join(sorted(declared))}" if declared else "no record has one"
            raise UsageError(f"which metric? {there}; name one with --metric, or fewer tasks with -t")
        return Quantity(next(iter(declared.values())))
    if key in declared:
        return Quantity(declared[key])
    if key in COSTS:
        return Quantity(COSTS[key], timed="seconds" in key)
    known = names(records)
    if key not in known:
        raise UnknownNameError("metric", key, known)
    if key in LOSSES:
        return Quantity(LOSSES[key])
    return Quantity(MetricInfo(key=key, title=key), directed=False)


def names(records: Iterable[Record]) -> list[str]:
    """All quantities that some record has."""
    return sorted({name for record in records for name in record.metrics} | COSTS.keys())
