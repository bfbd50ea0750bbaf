"""Densities of the trained weights."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch

from analogbench.grid.presentation import Published
from analogbench.report.plots.style import plain
from analogbench.report.plots.suites.sheet import Sheet
from analogbench.report.suites.average import edges, mean_density
from analogbench.report.suites.lines import Line
from analogbench.report.suites.points import points
from analogbench.report.suites.values import Array

OPACITY = 0.22


def draw(sheet: Sheet, published: Sequence[Published]) -> bool:
    """Draw all panels; False if there are no weights. Published numbers have no place here."""
    del published
    drawn: dict[tuple[str, str], Patch] = {}
    for axes, panel in zip(sheet.axes, sheet.layout.panels, strict=True):
        found = points(panel, sheet.layout.figure)
        bins = edges([cell for point in found for cell in point.cells], sheet.layout.figure)
        for line in (point.line for point in found):
            if bins is not None and (patch := _outline(axes, sheet, line, bins)):
                drawn.setdefault((line.series, line.value), patch)
    sheet.scale_x()
    sheet.extra += drawn.values()
    return bool(drawn)


def _outline(axes: Axes, sheet: Sheet, line: Line, bins: Array) -> Patch | None:
    """A filled outline and its entry in the legend; None where there are no weights."""
    share, look = mean_density(line.cells, bins), sheet.look(line)
    if share is None:
        return None
    axes.stairs(share, bins, fill=True, color=look.color, alpha=OPACITY, linewidth=0)
    axes.stairs(share, bins, color=look.color, linestyle=look.dashes, linewidth=1.0)
    face = to_rgba(look.color, OPACITY)
    return Patch(facecolor=face, edgecolor=look.color, linestyle=look.dashes, label=plain(line.name))
