"""What is wrong with how a suite shows its results, as far as that can be told without them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from analogbench.errors import SelectionError, UnknownNameError, UsageError
from analogbench.grid.presentation import By
from analogbench.grid.presentation_matching import differences, having, members
from analogbench.grid.suite import Suite, suite_plan
from analogbench.grid.suite_bench import baseline_in, reference_part
from analogbench.grid.suite_means import DescribedCell, check_figures

if TYPE_CHECKING:
    from analogbench.grid.cell import Cell
    from analogbench.grid.toml_lines import KeyPath
    from analogbench.registry import Registry


def check_suite(registry: Registry, suite: Suite) -> None:
    """Check that every key is a parameter of something the suite runs, that its series match cells, and that every
    published number and every line and point of a figure stands for one setting; and that what the benchmark compares
    with is there.

    Nothing is checked where cells are missing because devices cannot be used here, or where `suite_plan` refuses the
    suite, which is its to say. Raises SelectionError, which names the file, and the line and key of the problem.
    """
    try:
        plan = suite_plan(registry, suite, seeds=[0])
    except UsageError:
        return
    if plan.absent:
        return
    _check_bench(registry, suite, plan.cells)
    cells = [DescribedCell.of(cell) for cell in plan.cells]
    _check_keys(suite, cells)
    _check_matches(suite, cells)
    check_figures(suite, cells)


def _check_bench(registry: Registry, suite: Suite, cells: Sequence[Cell]) -> None:
    if suite.bench is None:
        return
    try:
        key = "reference"
        if suite.bench.reference is not None:
            reference_part(registry, suite.bench.reference)
        key = "baseline"
        if suite.bench.baseline is not None:
            baseline_in(cells, suite.bench.baseline)
    except UsageError as error:
        raise suite.error(("bench", key), str(error)) from error


def _check_keys(suite: Suite, cells: Iterable[DescribedCell]) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for key in {key for cell in cells for key in cell.params}:
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


def _check_matches(suite: Suite, cells: Sequence[DescribedCell]) -> None:
    own = {series.label: members(series, cells) for series in suite.series}
    for i, series in enumerate(suite.series):
        if not own[series.label]:
            raise _unmatched(suite, ("series", i), f"series {series.label!r}")
    for i, table in enumerate(suite.published):
        for j, number in enumerate(table.numbers):
            path, what = ("published", i, "numbers", j), f"{number.mean} of {number.series!r}"
            found = having(dict(number.where), own[number.series])
            if not found:
                raise _unmatched(suite, path, what)
            if len(found) > 1:
                advice = "choose one of them with `where`, here or in the series"
                raise suite.error(path, f"{what} matches several settings: {differences(found)}; {advice}")


def _unmatched(suite: Suite, path: KeyPath, what: str) -> SelectionError:
    return suite.error(path, f"{what} matches no cell of the suite")
