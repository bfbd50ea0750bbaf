"""What is left of a grid: a cell is done when running it again would only say again what its record says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analogbench.grid.cell import Cell
from analogbench.grid.identity import identity
from analogbench.records.record import Record
from analogbench.records.store import Store

if TYPE_CHECKING:
    from analogbench.registry import Registry

FINAL = ("ok", "diverged")
"""How a cell ends by its own nature; any other end may be due to the machine or to something missing on it."""


def remaining(
    cells: Iterable[Cell], registry: Registry, store: Store, *, force: bool = False
) -> tuple[list[Cell], list[Record]]:
    """The cells to run, and the records of the others. force: run them all. Raises what `identity` raises.

    The digests of all sources are taken here, once for the whole process: a source that is edited while the run lasts
    does not change what its records are called.
    """
    todo: list[Cell] = []
    recorded: list[Record] = []
    for cell in cells:
        record = store.find(identity(cell, registry), cell)
        if not force and record is not None and record.status in FINAL:
            recorded.append(record)
        else:
            todo.append(cell)
    return todo, recorded
