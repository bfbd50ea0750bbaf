"""Records as data frames: one row per cell, and the curves in long form."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import pandas as pd  # type: ignore[import-untyped]  # pandas ships no types

from analogbench.api.task import BUDGETS
from analogbench.records.record import MetricInfo, Record

Frame: TypeAlias = pd.DataFrame

GROUP = ["task", "data", "budget"]
"""Numbers are comparable only between cells that agree in these columns; no table or plot ever mixes them."""


@dataclass(frozen=True)
class Kept:
    """The newest record of a cell, the data label it belongs under, and how many older records it replaces."""

    record: Record
    data: str
    superseded: int = 0


def newest(records: Iterable[Record]) -> list[Kept]:
    """For each cell the record that ended last; older ones (of earlier code, or failed attempts) are only counted.

    Cells are told apart by label: when the default of a parameter changes, the old cell's label names another
    experiment than it did, and only the new one may carry it.
    """
    ordered = sorted(records, key=lambda record: (_ended(record), record.identity))
    known = _data_labels(ordered)
    runs: dict[tuple[object, ...], list[Kept]] = defaultdict(list)
    for record in ordered:
        labels, cell = record.labels, record.cell
        data = _data_label(record, known)
        runs[labels.algorithm, labels.device, labels.task, cell.budget, cell.seed].append(Kept(record, data))
    return [kept for attempts in runs.values() for kept in _last_per_data(attempts)]


def _last_per_data(attempts: Sequence[Kept]) -> Iterator[Kept]:
    """The last attempt under each data label; one that failed before it loaded data counts only if nothing came after."""
    by_data: dict[str, list[Kept]] = defaultdict(list)
    for attempt in attempts:
        by_data[attempt.data].append(attempt)
    if "" in by_data and attempts[-1].data:
        early = by_data.pop("")
        by_data[attempts[-1].data][:0] = early
    for data, same in by_data.items():
        yield Kept(same[-1].record, data, len(same) - 1)


def _data_labels(records: Iterable[Record]) -> dict[tuple[str, str], set[str]]:
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in records:
        if record.labels.data:
            known[record.labels.task, record.cell.budget].add(record.labels.data)
    return known


def _data_label(record: Record, known: dict[tuple[str, str], set[str]]) -> str:
    """The record's data label; a cell that failed before it loaded its data takes that of its task, if there is one only."""
    labels = known[record.labels.task, record.cell.budget]
    return record.labels.data or (next(iter(labels)) if len(labels) == 1 else "")


def _ended(record: Record) -> float:
    """When the cell ended, in seconds since 1970; −∞ where the record does not say."""
    end = record.provenance.get("end")
    if isinstance(end, int | float):
        return float(end)
    try:
        moment = datetime.fromisoformat(str(end))
    except ValueError:
        return -math.inf
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def cell_frame(kept: Iterable[Kept]) -> Frame:
    """One row per cell: labels, names, seed, status, value in the task's own units, costs, and a column per parameter."""
    return pd.DataFrame([_cell_row(one) for one in kept])


def _cell_row(kept: Kept) -> dict[str, Any]:
    record, cell = kept.record, kept.record.cell
    row = _keys(kept) | {
        "status": record.status,
        "reason": record.reason,
        "metric": record.metric,
        "value": _float(record.value),
        "pulses": _float(record.pulses),
        "seconds": _float(record.seconds),
        "implementation": record.implementation,
        "superseded": kept.superseded,
    }
    for kind, part in (("algorithm", cell.algorithm), ("device", cell.device), ("task", cell.task)):
        row[f"{kind}_name"] = part.name
        row |= {f"{kind}.{name}": value for name, value in part.params.items()}
    return row


def _keys(kept: Kept) -> dict[str, Any]:
    labels, cell = kept.record.labels, kept.record.cell
    return {
        "algorithm": labels.algorithm,
        "device": labels.device,
        "task": labels.task,
        "data": kept.data,
        "budget": cell.budget,
        "seed": cell.seed,
        "identity": kept.record.identity,
    }


def curve_frame(kept: Iterable[Kept]) -> Frame:
    """The learning curves in long form: one row per cell, point and quantity, with its step and epoch."""
    rows = []
    for one in kept:
        curve, keys = one.record.curve, _keys(one)
        steps = curve.get("step") or curve.get("epoch") or []
        epochs = curve.get("epoch") or steps
        for quantity in curve.keys() - {"step", "epoch"}:
            points = zip(steps, epochs, curve[quantity], strict=False)  # a record of a killed cell may be ragged
            rows += [keys | {"step": s, "epoch": e, "quantity": quantity, "number": _float(n)} for s, e, n in points]
    columns = ["algorithm", "device", *GROUP, "seed", "identity", "step", "epoch", "quantity", "number"]
    return pd.DataFrame(rows, columns=columns).sort_values(["quantity", "identity", "step"], ignore_index=True)


def groups(cells: Frame, by: Sequence[str] = GROUP) -> Iterator[tuple[tuple[str, ...], Frame]]:
    """The comparable parts of `cells`, by task, data and budget; `by` may name other columns."""
    if cells.empty:
        return
    parts = {key: part for key, part in cells.groupby(list(by), sort=True, dropna=False)}
    yield from sorted(parts.items(), key=lambda item: (*item[0][:-1], BUDGETS.index(item[0][-1])))


def metric_of(cells: Frame) -> MetricInfo | None:
    """The ranking metric of one group: that of its last record, if any cell got as far as having one."""
    metrics = [metric for metric in cells["metric"] if metric is not None]
    return metrics[-1] if metrics else None


def succeeded(cells: Frame) -> Frame:
    """The cells that ended ok and have a value of the group's ranking metric."""
    metric = metric_of(cells)
    same = [metric is not None and other is not None and other.key == metric.key for other in cells["metric"]]
    return cells[(cells["status"] == "ok") & cells["value"].notna() & same]


def _float(number: float | None) -> float:
    return math.nan if number is None else float(number)
