"""What `analogbench status` has to say."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.cli.asking import asked
from analogbench.cli.run_options import Asked
from analogbench.errors import UsageError
from analogbench.grid.selection import label_of
from analogbench.records.owner import Owner
from analogbench.records.record import Record
from analogbench.run.again import commands, file_of, place
from analogbench.run.resume import ALWAYS
from analogbench.run.status import Lying, Standing, lying, recorded_cells, standings

if TYPE_CHECKING:
    from analogbench.registry import Registry

Row = tuple[str, str, str, str]
"""Labels of an algorithm, a device and a task, and a budget."""


@dataclass(frozen=True)
class Summary:
    """Where the cells stand. rows: those that each row of the table counts.

    owners: who trains how many cells. others, begun: cells beside these that run, or that were interrupted, of which
    nothing is recorded, so that only their number is known. again: commands that train what is left. retry: commands
    that also run again what failed. files: those of devices that these commands name, as if they were called as the
    devices are. unrunnable: how many are left that the installed plugins would not train.
    """

    results: Path
    standings: Sequence[Standing]
    rows: dict[Row, list[Standing]]
    owners: Counter[Owner]
    others: int
    begun: int
    again: list[str]
    retry: list[str]
    files: list[str]
    unrunnable: int


def summary(request: Asked, registry: Registry, records: Sequence[Record]) -> Summary:
    """Look at what is asked for, or else at everything that is recorded. Raises UsageError."""
    found = lying(request.results, records)
    cells = asked(request, registry)[0].cells if is_selection(request) else recorded_cells(records, registry)
    every = standings(cells, registry, found)
    if not every and not found.running and not found.interrupted:
        first = "run `analogbench run` first, or name another folder with --results"
        raise UsageError(f"nothing is recorded in {request.results}: {first}")
    owners, begun = _others(request, every, found)
    left = [one for one in every if _is_left(one)]
    failed = [one for one in every if one.state == "failed" and one.runnable and not _is_left(one)]
    runnable = [one for one in left if one.runnable]
    again, retry = _next(request, registry, runnable, failed)
    everybody = Counter([*(one.owner for one in every if one.owner), *owners.values()])
    rows = _rows(every, registry)
    unrunnable = sum(not one.runnable for one in left)
    files = [] if request.anything else sorted({file_of(one.cell.device) for one in (*runnable, *failed)} - {""})
    return Summary(request.results, every, rows, everybody, len(owners), begun, again, retry, files, unrunnable)


def is_selection(request: Asked) -> bool:
    """Whether cells are named; seeds and budgets alone name none. Raises UsageError."""
    if not request.anything and (request.seeds is not None or request.budget is not None):
        raise UsageError("--seeds and --budget belong to a suite, --all or a selection with -a, -d and -t; give one")
    return request.anything


def _others(request: Asked, every: Sequence[Standing], found: Lying) -> tuple[dict[str, Owner], int]:
    """What runs, and how much was interrupted, of which nothing is known but that; not beside a selection."""
    if request.anything:
        return {}, 0
    owners, begun = found.others(one.name for one in every)
    return owners, len(begun)


def _is_left(one: Standing) -> bool:
    """Whether a run would train the cell without being asked to retry what failed."""
    if one.state == "failed":
        return one.record is not None and one.record.status in ALWAYS and one.runnable
    return one.state in {"interrupted", "stale", "missing"}


def _next(
    request: Asked, registry: Registry, left: Sequence[Standing], failed: Sequence[Standing]
) -> tuple[list[str], list[str]]:
    """The commands that train what is left, and those that run again what failed."""
    if request.anything:
        command = _same(request)
        return ([command] if left else []), ([f"{command} --retry failed"] if failed else [])
    again, retry = (commands((one.cell for one in part), registry, request.results) for part in (left, failed))
    return again, [f"{command} --retry failed" for command in retry]


def _same(request: Asked) -> str:
    """The run of what is asked for."""
    words = ["analogbench", "run", *([request.suite] if request.suite else [])]
    words += ["--all"] if request.everything else []
    for letter, selections in (("-a", request.algorithms), ("-d", request.devices), ("-t", request.tasks)):
        for selection in selections:
            words += [letter, selection]
    words += ["--budget", request.budget] if request.budget is not None else []
    words += ["--seeds", request.seeds] if request.seeds is not None else []
    return shlex.join([*words, *place(request.results)])


def _rows(every: Sequence[Standing], registry: Registry) -> dict[Row, list[Standing]]:
    rows: dict[Row, list[Standing]] = {}
    for one in every:
        cell = one.cell
        labels = (label_of(cell.algorithm, registry, "algorithm"), label_of(cell.device, registry, "device"))
        rows.setdefault((*labels, label_of(cell.task, registry, "task"), cell.budget), []).append(one)
    return rows
