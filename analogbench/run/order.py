"""Longest jobs first, so that no worker is left alone with a long one at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job
from analogbench.records.record import Record

if TYPE_CHECKING:
    from analogbench.registry import Registry


def longest_first(jobs: Iterable[Job], registry: Registry, records: Sequence[Record]) -> list[Job]:
    """The jobs by the time that their cells took before, in `records`; equal ones keep their order.

    Jobs of which nothing is recorded come first, by steps: the longest may be among them.
    """
    seconds = _seconds(records)

    def cost(job: Job) -> tuple[bool, float]:
        cell, replicas = job.cells[0], len(job.cells)
        for key in _keys(cell):
            if key in seconds:
                return False, seconds[key] * replicas
        return True, _steps(cell, registry) * replicas

    return sorted(jobs, key=cost, reverse=True)


def _seconds(records: Iterable[Record]) -> dict[tuple[str, ...], float]:
    """The mean time of a cell, by what it has in common with others."""
    times: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for record in records:
        if record.status == "ok" and record.seconds is not None:
            for key in _keys(record.cell):
                times[key].append(record.seconds)
    return {key: fmean(values) for key, values in times.items()}


def _keys(cell: Cell) -> list[tuple[str, ...]]:
    """From the most similar to the least: a task takes its time, whoever learns it."""
    names = (cell.task.name, cell.budget)
    return [(*names, cell.algorithm.name, cell.device.name), names]


def _steps(cell: Cell, registry: Registry) -> int:
    """What the protocol says; a task that cannot say it fails in its worker, not here."""
    task = registry.tasks[cell.task.name].value
    try:
        protocol = task(task.Params(**cell.task.params)).protocol(cell.budget)
        return int(protocol.epochs * protocol.steps_per_epoch)
    except Exception:
        return 0
