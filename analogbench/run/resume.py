"""What is left of a grid: cells without a record, and those that are to be tried again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, get_args

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


def remaining(
    cells: Iterable[Cell],
    registry: Registry,
    store: Store,
    *,
    force: bool = False,
    retry: Collection[str] = (),
) -> tuple[list[Cell], list[Record]]:
    """The cells to run, and the records of the others. force: run them all. retry: statuses of records whose cells are
    run again. Raises what `identity` raises.

    The digests of all sources are taken here, once for the whole process: a source that is edited while the run lasts
    does not change what its records are called.
    """
    todo: list[Cell] = []
    recorded: list[Record] = []
    again = ALWAYS.union(retry)
    for cell in cells:
        record = store.find(identity(cell, registry), cell)
        if force or record is None or record.status in again:
            todo.append(cell)
        else:
            recorded.append(record)
    return todo, recorded
