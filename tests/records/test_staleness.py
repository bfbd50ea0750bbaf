"""Which records are of other code than is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analogbench.grid.cell import Cell
from analogbench.grid.identity import identity
from analogbench.grid.plan import plan
from analogbench.records.record import Labels, Record
from analogbench.records.staleness import completed, is_known, stale
from analogbench.registry import Registry


def of(cell: Cell, name: str, **kw: Any) -> Record:
    labels = Labels(algorithm=str(cell.algorithm), device=str(cell.device), task=str(cell.task))
    return Record(identity=name, cell=cell, labels=labels, status="ok", **kw)


def test_stale_is_what_the_installed_code_would_call_otherwise(registry: Registry) -> None:
    first, second = plan(registry, ["half"], ["soft"], ["line"], (0, 1), "smoke").cells
    current, other = of(first, identity(first, registry)), of(second, "0" * 64)
    assert stale([current, other], registry) == {"0" * 64}


def test_a_parameter_that_is_no_longer_taken_makes_stale_and_one_that_came_since_is_filled_in(
    registry: Registry,
) -> None:
    (cell,) = plan(registry, ["half"], ["soft"], ["line"], (0,), "smoke").cells
    gone = cell.model_copy(update={"device": cell.device.model_copy(update={"params": {"old": 1}})})
    assert stale([of(gone, "1" * 64)], registry) == {"1" * 64}
    young = cell.model_copy(update={"device": cell.device.model_copy(update={"params": {"tau": 1.0}})})
    assert completed(young, registry) == cell


def test_of_what_is_not_installed_nobody_can_say(registry: Registry, fakes: Path) -> None:
    (cell,) = plan(registry, ["half"], ["soft"], ["line"], (0,), "smoke").cells
    foreign = cell.model_copy(update={"task": cell.task.model_copy(update={"name": "elsewhere"})})
    assert not is_known(foreign, registry)
    assert stale([of(foreign, "2" * 64)], registry) == frozenset()
