"""Whether each line and point of a suite's figures is a mean over seeds alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analogbench.grid.presentation_matching import (
    Setting,
    belongs,
    described,
    differences,
    having,
    lines,
    points,
    settings,
    shown_series,
)

if TYPE_CHECKING:
    from analogbench.grid.cell import Cell
    from analogbench.grid.presentation import By, Figure, Series
    from analogbench.grid.suite import Suite

_DRAWN = {"curves": "a line", "sweep": "a point", "bars": "a bar", "histogram": "an outline"}


@dataclass(frozen=True)
class DescribedCell:
    """A cell of the plan, without its seed."""

    params: Setting

    @classmethod
    def of(cls, cell: Cell) -> DescribedCell:
        """Of a cell."""
        return cls(described(cell))


def check_figures(suite: Suite, cells: Sequence[DescribedCell]) -> None:
    """Raise SelectionError, which names the file, and the line of the figure, where settings fall together.

    cells: those of the suite, of one seed.
    """
    for i, figure in enumerate(suite.figure):
        for series, together in _means(figure, suite.series, cells):
            if len(together) > 1:
                tell = "`by`, `panels` or `over`" if figure.kind in {"sweep", "bars"} else "`by` or `panels`"
                problem = f"{_DRAWN[figure.kind]} of series {series.label!r} would be a mean over several settings"
                advice = f"tell them apart with {tell}, or with a series for each, by `where`"
                raise suite.error(("figure", i), f"{problem}: {differences(together)}; {advice}")


def _means(
    figure: Figure, series: Sequence[Series], cells: Sequence[DescribedCell]
) -> Iterator[tuple[Series, list[DescribedCell]]]:
    """The cells of each point of a figure, as the report sorts them."""
    chosen = shown_series(figure, series)
    shown = [cell for cell in cells if any(belongs(cell.params, one) for one in chosen)]
    values = _settings(figure.by, shown)
    for panel in _settings(figure.panels, shown) or [{}]:
        here = having(panel, shown)
        places = settings((figure.over,), here)
        for one in chosen:
            for _, own in lines(one, figure.by, values, here):
                yield from ((one, together) for _, together in points(figure, own, places))


def _settings(by: By | None, cells: Sequence[DescribedCell]) -> list[Setting]:
    return settings(by.keys, cells) if by else []
