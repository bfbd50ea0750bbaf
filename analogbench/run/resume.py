"""What is left of a grid: cells without a record, and those that are to be tried again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple, get_args

from analogbench.errors import UsageError
from analogbench.grid.cell import Cell, Status
from analogbench.grid.identity import identity
from analogbench.records.record import Record
from analogbench.records.store import Store

if TYPE_CHECKING:
    from analogbench.registry import Registry

FAILED = frozenset(status for status in get_args(Status) if status != "ok")

ALWAYS = frozenset({"skipped"})
"""What was missing may be there by now, and if not, to try again costs nothing."""


def parse_statuses(text: str | None) -> frozenset[str]:
    """The statuses that "failed" or a list such as "timeout,oom" means. Raises UsageError."""
    names = frozenset(name.strip() for name in text.split(",")) if text is not None else frozenset()
    if unknown := sorted(names - FAILED - {"failed"}):
        choices = ", ".join(("failed", *sorted(FAILED)))
        raise UsageError(f"cannot retry cells that ended {unknown[0]!r}; choose from: {choices}")
    return FAILED if "failed" in names else names


class Remaining(NamedTuple):
    """todo: the cells to run. recorded: the records of the others. before: the records that those to run have all the
    same, by identity; any other that is there later is another run's."""

    todo: list[Cell]
    recorded: list[Record]
    before: dict[str, Record]


def remaining(
    cells: Iterable[Cell],
    registry: Registry,
    store: Store,
    *,
    force: bool = False,
    retry: Collection[str] = (),
) -> Remaining:
    """What is to be run. force: all of it. retry: statuses of records whose cells are run again. Raises what `identity`
    raises.

    The digests of all sources are taken here, once for the whole process: a source that is edited while the run lasts
    does not change what its records are called.
    """
    found = Remaining([], [], {})
    again = ALWAYS.union(retry)
    for cell in cells:
        name = identity(cell, registry)
        record = store.find(name, cell)
        if record is not None and not force and record.status not in again:
            found.recorded.append(record)
            continue
        found.todo.append(cell)
        if record is not None:
            found.before[name] = record
    return found
