"""Which value of the metric a learning curve is to reach."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analogbench.errors import UsageError
from analogbench.records.record import MetricInfo, Record
from analogbench.report.digits import short
from analogbench.report.frame import REFERENCE, Reference
from analogbench.report.quantity import value_of, value_text
from analogbench.report.statistics import summarise
from analogbench.report.statistics.targets import Target

SHARE = 0.95
"""Of the reference's final value, where more is better; where less is, it is divided by it …"""

SHARE_LOG = 0.1
"""… or, on a logarithmic axis, by this: within a decade."""


@dataclass(frozen=True)
class Goal:
    """What the user asked for: a value as it is shown, or a share of the reference's final value."""

    value: float | None = None
    share: float | None = None


def goal(text: str | None) -> Goal:
    """`90`, as shown in tables, or `ref:0.95`. Raises UsageError."""
    if text is None:
        return Goal()
    found = re.fullmatch(r"\s*(ref:)?\s*([-+]?\d*\.?\d+(?:[eE][-+]?\d+)?)\s*", text)
    if not found or (found[1] and not 0 < float(found[2]) < 1e6):
        raise UsageError(
            f"--target {text!r} is neither a value of the metric as tables show it, such as 90 for 90 %, "
            "nor a share of the reference's final value, such as ref:0.95"
        )
    number = float(found[2])
    return Goal(share=number) if found[1] else Goal(value=number)


def target(
    wanted: Goal, metric: MetricInfo, records: Iterable[Record], reference: Reference = REFERENCE
) -> Target | None:
    """The target in one task, data set and budget, all of whose records are given; None if nothing ended well.

    Where the reference has no value, the best mean of any row stands for it, and the target says so.
    """
    if wanted.value is not None:
        return Target(wanted.value / metric.scale, "as asked for")
    share = wanted.share or (SHARE_LOG if metric.log_axis else SHARE)
    means, goals = _means(records, metric, reference)
    if not means:
        return None
    best = max(means) if metric.higher_is_better else min(means)
    final = summarise(goals).mean if goals else best
    name = " × ".join(reference) if goals else "the best row"
    value = final * share if metric.higher_is_better else final / share
    times = f"{short(share)} of" if metric.higher_is_better else f"{short(1 / share)} times"
    return Target(value, f"{times} the final {value_text(final, metric)} of {name}")


def _means(records: Iterable[Record], metric: MetricInfo, reference: Reference) -> tuple[list[float], list[float]]:
    """The mean of each row, and those of the rows of the reference."""
    rows: dict[tuple[str, str], list[float]] = {}
    goals: set[tuple[str, str]] = set()
    for record in records:
        value, row = value_of(record, metric), (record.labels.algorithm, record.labels.device)
        if value is not None:
            rows.setdefault(row, []).append(value)
            if (record.cell.algorithm.name, record.cell.device.name) == reference:
                goals.add(row)
    means = {row: summarise(values).mean for row, values in rows.items()}
    return list(means.values()), [mean for row, mean in means.items() if row in goals]
