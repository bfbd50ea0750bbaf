"""Curves over steps or epochs."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analogbench.grid.presentation import Published
from analogbench.report.plots.spread import marks, thinned
from analogbench.report.plots.suites.sheet import Sheet
from analogbench.report.suites.average import mean_curve
from analogbench.report.suites.points import Point, points

ABOVE = 3
"""Lines of cells without the parameter that colours tell apart lie above the others."""


def draw(sheet: Sheet, published: Sequence[Published]) -> bool:
    """Draw all panels; False if there was nothing to draw. Published numbers have no place here."""
    del published
    drawn = [
        _line(axes, sheet, point, (place, len(panel.lines)))
        for axes, panel in zip(sheet.axes, sheet.layout.panels, strict=True)
        for place, point in enumerate(points(panel, sheet.layout.figure))
    ]
    sheet.scale_x()
    for axes in sheet.axes:
        if axes.get_xscale() == "linear":
            axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]))
    return any(drawn)


def _line(axes: Axes, sheet: Sheet, point: Point, turn: tuple[int, int]) -> bool:
    """One line with its band; two where the seeds split. turn: the line's number among so many."""
    figure, line, look = sheet.layout.figure, point.line, sheet.look(point.line)
    order = 2 if line.value or not sheet.layout.values else ABOVE
    groups = point.groups(figure)
    for records in groups:
        table = thinned(mean_curve(records, figure))
        if len(records) > 1:
            axes.fill_between(table.index, table["min"], table["max"], **look.band())
        axes.plot(table.index, table["mean"], **look.line(), markevery=marks(len(table), *turn), zorder=order)
    return bool(groups)
