"""Records as data frames: one row per cell, and the curves in long form."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pandas as pd

from analogbench.api.task import BUDGETS
from analogbench.records.ended import ended
from analogbench.records.record import MetricInfo, Record
from analogbench.report.machines import machine_of
from analogbench.report.provenance import said

Frame: TypeAlias = pd.DataFrame

GROUP = ["task", "data", "budget"]
"""Numbers are comparable only between cells that agree in these columns; no table or plot ever mixes them."""


Reference: TypeAlias = tuple[str, str]

REFERENCE: Reference = ("sgd", "digital")
"""Name of the algorithm and the device that every row is compared with: digital training, the goal of all analog
rules. A record does not say whether its device is digital, so this is the one place where the harness names plugins."""


@dataclass(frozen=True)
class Kept:
    """The newest record of a cell, the data label it belongs under, and how many older records it replaces.

    stale: whether it was made by other code than is installed now, as far as anybody has said.
    """

    record: Record
    data: str
    superseded: int = 0
    stale: bool = False


def newest(records: Iterable[Record], stale: Collection[str] = ()) -> list[Kept]:
    """For each cell the record that ended last; older ones (of earlier code, or failed attempts) are only counted.

    stale: identities of records that count only where a cell has no others. Those that count come last in the result.

    Cells are told apart by label: when the default of a parameter changes, the old cell's label names another
    experiment than it did, and only the new one may carry it.
    """

    def age(record: Record) -> tuple[bool, float, str]:
        return record.identity not in stale, ended(record), record.identity

    ordered = sorted(records, key=age)
    known = _data_labels(ordered)
    runs: dict[tuple[object, ...], list[Kept]] = defaultdict(list)
    for record in ordered:
        labels, cell = record.labels, record.cell
        data = _data_label(record, known)
        runs[labels.algorithm, labels.device, labels.task, cell.budget, cell.seed].append(
            Kept(record, data, stale=record.identity in stale)
        )
    found = [kept for attempts in runs.values() for kept in _last_per_data(attempts)]
    return sorted(found, key=lambda kept: age(kept.record))


def _last_per_data(attempts: Sequence[Kept]) -> Iterator[Kept]:
    """The last attempt under each data label; one that failed before it had data counts only if none came after."""
    by_data: dict[str, list[Kept]] = defaultdict(list)
    for attempt in attempts:
        by_data[attempt.data].append(attempt)
    if "" in by_data and attempts[-1].data:
        early = by_data.pop("")
        by_data[attempts[-1].data][:0] = early
    for data, same in by_data.items():
        yield replace(same[-1], data=data, superseded=len(same) - 1)


def _data_labels(records: Iterable[Record]) -> dict[tuple[str, str], set[str]]:
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in records:
        if record.labels.data:
            known[record.labels.task, record.cell.budget].add(record.labels.data)
    return known


def _data_label(record: Record, known: dict[tuple[str, str], set[str]]) -> str:
    """The record's data label; a cell that failed before it had data takes that of its task, if there is only one."""
    labels = known[record.labels.task, record.cell.budget]
    return record.labels.data or (next(iter(labels)) if len(labels) == 1 else "")


def cell_frame(kept: Iterable[Kept]) -> Frame:
    """One row per cell: labels, names, seed, status, value in the task's own units, costs, a column per parameter.

    ok: whether the cell ended ok with a value of its group's ranking metric, so that it can be ranked.
    """
    # pandas would turn the integers of a parameter that not every part has into floats, hence objects
    cells = pd.DataFrame([_cell_row(one) for one in kept], dtype=object)
    cells = cells.astype({column: float for column in ("value", "pulses", "seconds") if column in cells})
    cells = cells.copy()  # in one piece: of a device with a hundred parameters, pandas would warn of fragments
    keys = {key: metric.key for key, part in groups(cells) if (metric := metric_of(part))}
    return cells.assign(ok=[_is_ok(row, keys) for row in cells.to_dict("records")])


def _is_ok(row: dict[str, Any], keys: dict[tuple[str, ...], str]) -> bool:
    """keys: the name of each group's ranking metric; a record made when the task had another one has no place there."""
    metric: MetricInfo | None = row["metric"]
    key = keys.get(tuple(row[column] for column in GROUP))
    return row["status"] == "ok" and not math.isnan(row["value"]) and metric is not None and metric.key == key


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
        "reproducible": record.reproducible,
        "superseded": kept.superseded,
        "stale": kept.stale,
        "commit": said(record, "git", "commit") or None,
        "machine": machine_of(record),
    }
    for kind, part in (("algorithm", cell.algorithm), ("device", cell.device), ("task", cell.task)):
        row[f"{kind}_name"] = str(part)
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
    columns = ["algorithm", "device", *GROUP, "seed", "identity", "step", "epoch", "quantity", "number"]
    table: dict[str, list[Any]] = {column: [] for column in columns}
    for one in kept:
        curve, keys = one.record.curve, _keys(one)
        steps = curve.get("step") or curve.get("epoch") or []
        epochs = curve.get("epoch") or steps
        for quantity in curve.keys() - {"step", "epoch"}:  # those of a killed cell may be ragged
            points = list(zip(steps, epochs, map(_float, curve[quantity]), strict=False))
            for column, value in (keys | {"quantity": quantity}).items():
                table[column] += [value] * len(points)
            for column, values in zip(("step", "epoch", "number"), zip(*points, strict=True), strict=False):
                table[column] += values
    return pd.DataFrame(table, columns=columns).sort_values(["quantity", "identity", "step"], ignore_index=True)


def is_reference(cells: Frame, reference: Reference = REFERENCE) -> Frame:
    """Which cells belong to the algorithm and device that all others are compared with."""
    return (cells["algorithm_name"] == reference[0]) & (cells["device_name"] == reference[1])


def groups(cells: Frame, by: Sequence[str] = GROUP) -> Iterator[tuple[tuple[str, ...], Frame]]:
    """The comparable parts of `cells`, by task, data and budget; `by` may name other columns."""
    if cells.empty:
        return
    parts = list(cells.groupby(list(by)))
    yield from sorted(parts, key=lambda item: (*item[0][:-1], BUDGETS.index(item[0][-1])))


def metric_of(cells: Frame) -> MetricInfo | None:
    """The ranking metric of one group: that of its last record, if any cell got as far as having one."""
    metrics = [metric for metric in cells["metric"] if metric is not None]
    return metrics[-1] if metrics else None


def succeeded(cells: Frame) -> Frame:
    """The cells that ended ok and have a value of the group's ranking metric."""
    return cells[cells["ok"]]


def _float(number: float | None) -> float:
    return math.nan if number is None else float(number)
