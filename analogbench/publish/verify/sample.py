"""Which cells are run again: spread over tasks, devices and algorithms, the same for the same seed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from analogbench.grid.selection import unusable
from analogbench.publish.verify.records_ import UNCHECKED
from analogbench.records.record import Record
from analogbench.records.staleness import Code
from analogbench.report.provenance import said
from analogbench.run.duration import duration_text
from analogbench.run.sizing import cuda_is_available

if TYPE_CHECKING:
    from analogbench.registry import Registry

REPEATABLE = {"ok", "diverged"}
"""How a cell ends by its own; a crash or a timeout is its machine's."""


def draw(records: Iterable[Record], number: int, seed: int) -> list[Record]:
    """At most `number` of the records: one after the other from what has been drawn least, by task, device and
    algorithm; among equals by lot, which hangs on `seed` and the identities alone."""
    left = sorted(records, key=lambda record: _lot(record, seed))
    drawn: list[Record] = []
    counts: Counter[tuple[str, ...]] = Counter()
    while left and len(drawn) < number:
        record = min(left, key=lambda one: sum(counts[key] for key in _strata(one)))
        left.remove(record)
        drawn.append(record)
        counts.update(_strata(record))
    return drawn


def _lot(record: Record, seed: int) -> str:
    return hashlib.sha256(f"{seed} {record.identity}".encode()).hexdigest()


def _strata(record: Record) -> list[tuple[str, ...]]:
    cell = record.cell
    parts = {"task": (cell.task.name, cell.budget), "device": (cell.device.name,), "algorithm": (cell.algorithm.name,)}
    return [(kind, *names) for kind, names in parts.items()]


def obstacle(record: Record, code: Code, registry: Registry, longest: float) -> str:
    """Why the cell of a record cannot be run again here, or should not; empty if it can. code: whose made the record.
    longest: seconds."""
    if code != "installed":
        return UNCHECKED[code]
    if record.status not in REPEATABLE:
        return f"ended {record.status}, which running again neither proves nor disproves"
    if record.seconds is not None and record.seconds > longest:
        return f"took longer than {duration_text(longest)}; see --longest"
    if said(record, "worker", "target") == "cuda" and not cuda_is_available():
        return "made on a GPU, and there is none here that torch can use"
    return unusable(registry, "device", record.cell.device.name) or _missing(record, registry)


def _missing(record: Record, registry: Registry) -> str:
    """Why its data are not here; empty if they are, or if the plugin cannot say: then running says it."""
    task = registry.task(record.cell.task.name).value
    try:
        params = task.Params.model_validate(record.cell.task.params)
        return " ".join(task(params).missing(record.cell.budget).split())
    except Exception:
        return ""


def mates(record: Record, records: Iterable[Record]) -> list[float]:
    """The values of the other seeds of the record's row. records: by the same code, whether they can be run again here
    or not."""
    cell = record.cell
    found = {
        other.cell.seed: other.value
        for other in records
        if (other.labels, other.cell.budget) == (record.labels, cell.budget)
        and other.cell.seed != cell.seed
        and other.status in REPEATABLE
    }
    return [value for value in found.values() if value is not None]
