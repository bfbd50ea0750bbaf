"""How jobs and results are called in one line of text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from analogbench.grid.cell import Part
from analogbench.grid.jobs import Job
from analogbench.grid.selection import label_of
from analogbench.records.record import MetricInfo, Record

if TYPE_CHECKING:
    from analogbench.admission import Kind
    from analogbench.registry import Registry


def title(job: Job, registry: Registry) -> str:
    """Such as `analog-sgd × softbounds[tau=0.6] × mnist-fcn seeds 0-2`."""
    cells = job.cells
    names = " × ".join(
        (
            _common_label("algorithm", [cell.algorithm for cell in cells], registry),
            _common_label("device", [cell.device for cell in cells], registry),
            _common_label("task", [cell.task for cell in cells], registry),
        )
    )
    return f"{names} {seeds_text(cell.seed for cell in cells)}"


def _common_label(kind: Kind, parts: Sequence[Part], registry: Registry) -> str:
    labels = list(dict.fromkeys(label_of(part, registry, kind) for part in parts))
    return labels[0] if len(labels) == 1 else f"{parts[0]}[{len(labels)} settings]"


def seeds_text(seeds: Iterable[int]) -> str:
    """`seed 0`, or `seeds 0-2,5`."""
    runs: list[tuple[int, int]] = []
    for seed in sorted(set(seeds)):
        if runs and seed == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], seed)
        else:
            runs.append((seed, seed))
    text = ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"seed {text}" if len(runs) == 1 and runs[0][0] == runs[0][1] else f"seeds {text}"


def verdict(records: Sequence[Record]) -> str:
    """How a job's cells ended: `ok accuracy 88.1 % (35 s)`, or how many ended in which way and why."""
    statuses = [record.status for record in records]
    values = [record.value for record in records if record.value is not None]
    parts = [counts(statuses) if len(set(statuses)) > 1 else statuses[0]]
    if values and records[0].metric:
        parts.append(f"{records[0].metric.title} {metric_text(sum(values) / len(values), records[0].metric)}")
    if seconds := max((record.job_seconds or 0.0 for record in records), default=0.0):
        parts.append(f"({duration(seconds)})")
    reasons = "; ".join(dict.fromkeys(record.reason for record in records if record.status != "ok" and record.reason))
    return " ".join(parts) + (f": {reasons}" if reasons else "")


def counts(statuses: Iterable[str]) -> str:
    """`75 ok, 2 diverged, 1 crashed`, the good ones first."""
    numbers = Counter(statuses)
    return ", ".join(
        f"{numbers[status]} {status}" for status in sorted(numbers, key=lambda s: (s != "ok", -numbers[s], s))
    )


def failures(records: Iterable[Record]) -> list[str]:
    """One line for each way in which cells failed: `3 skipped: MNIST is not on this machine`."""
    numbers = Counter((record.status, record.reason) for record in records if record.status != "ok")
    return [f"{number} {status}: {reason}" for (status, reason), number in numbers.most_common()]


def metric_text(value: float, metric: MetricInfo) -> str:
    """The value as tables show it: scaled, with its unit."""
    shown = value * metric.scale
    number = f"{shown:.3g}" if metric.log_axis or not math.isfinite(shown) or abs(shown) < 1 else f"{shown:.4g}"
    return f"{number} {metric.unit}".strip()


def duration(seconds: float) -> str:
    """`0.4 s`, `35 s`, `2 min 5 s`, `1 h 2 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
