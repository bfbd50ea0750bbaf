"""What is wrong with how a suite shows its results, as far as that can be told without them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from analogbench.errors import SelectionError, UnknownNameError, UsageError
from analogbench.grid.presentation import By, belongs, matches
from analogbench.grid.suite import Suite, suite_plan

if TYPE_CHECKING:
    from analogbench.grid.cell import Cell, Value
    from analogbench.grid.toml_lines import KeyPath
    from analogbench.registry import Registry

Described = dict[str, "Value"]
"""A cell by the keys that suites use: "task" is the name of its task, "task.lr" a parameter of it."""


def check_suite(registry: Registry, suite: Suite) -> None:
    """Check that every key is a parameter of something the suite runs, and that its series and its published numbers
    match cells.

    Nothing is checked where cells are missing because devices cannot be used here, or where `suite_plan` refuses the
    suite, which is its to say. Raises SelectionError, which names the file, and the line and key of the problem.
    """
    try:
        plan = suite_plan(registry, suite, seeds=[0])
    except UsageError:
        return
    if plan.absent:
        return
    cells = [described(cell) for cell in plan.cells]
    _check_keys(suite, cells)
    _check_matches(suite, cells)


def described(cell: Cell) -> Described:
    """Names and parameters of a cell, by key."""
    parts = {"algorithm": cell.algorithm, "device": cell.device, "task": cell.task}
    names: Described = {kind: part.name for kind, part in parts.items()}
    return names | {f"{kind}.{name}": value for kind, part in parts.items() for name, value in part.params.items()}


def _check_keys(suite: Suite, cells: Iterable[Described]) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for key in {key for cell in cells for key in cell}:
        known[key.partition(".")[0]].add(key)
    for path, element, key in _keys(suite):
        choices = known[key.partition(".")[0]]
        if key not in choices:
            raise suite.error(path, str(UnknownNameError("parameter of the suite's cells", key, choices)), element)


def _keys(suite: Suite) -> Iterator[tuple[KeyPath, KeyPath, str]]:
    """Every key of the suite with its place: the path, the element below it, the key."""
    for i, series in enumerate(suite.series):
        yield from ((("series", i, "where"), (key,), key) for key in series.where)
    for i, figure in enumerate(suite.figure):
        if figure.kind in ("sweep", "bars") and figure.over:
            yield ("figure", i, "over"), (), figure.over
        yield from _keys_by(("figure", i, "by"), figure.by)
        yield from _keys_by(("figure", i, "panels"), figure.panels)
    for i, table in enumerate(suite.published):
        for j, number in enumerate(table.numbers):
            yield from ((("published", i, "numbers", j, "where"), (key,), key) for key in number.where)


def _keys_by(path: KeyPath, by: By | None) -> Iterator[tuple[KeyPath, KeyPath, str]]:
    yield from (((*path, "keys"), (element,), key) for element, key in enumerate(by.keys if by else ()))


def _check_matches(suite: Suite, cells: Iterable[Described]) -> None:
    members: dict[str, list[Described]] = {}
    for i, series in enumerate(suite.series):
        members[series.label] = [cell for cell in cells if belongs(cell, series)]
        if not members[series.label]:
            raise _unmatched(suite, ("series", i), f"series {series.label!r}")
    for i, table in enumerate(suite.published):
        for j, number in enumerate(table.numbers):
            if not any(matches(number.where, cell) for cell in members[number.series]):
                raise _unmatched(suite, ("published", i, "numbers", j), f"{number.mean} of {number.series!r}")


def _unmatched(suite: Suite, path: KeyPath, what: str) -> SelectionError:
    return suite.error(path, f"{what} matches no cell of the suite")
