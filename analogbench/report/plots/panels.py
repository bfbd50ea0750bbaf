"""Small multiples: panels with shared axes, two in a row, and one legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analogbench.report.plots import style
from analogbench.report.plots.legend import legend_below, legend_inside

SINGLE_HEIGHT = 2.3
PANEL_HEIGHT = 1.3


@dataclass(frozen=True)
class Panels:
    """A figure one column wide. spare: the place that an odd number of panels leaves over."""

    figure: Figure
    axes: list[Axes]
    spare: Axes | None = None

    def finish(self, handles: Sequence[Line2D], title: str, x: str, y: str) -> None:
        """Label the axes once, put the legend where there is room. title: of the legend."""
        for axes in self.axes[-2:]:
            axes.set_xlabel(x)  # not figure.supxlabel: the layout puts that on top of the legend
        if len(self.axes) == 1:
            self.axes[0].set_ylabel(y)
        else:
            self.figure.supylabel(y, fontsize=7.5)
        titles = [axes.get_title().count("\n") for axes in self.axes]
        style.grow(self.figure, sum(max(pair) for pair in zip(titles[::2], [*titles[1::2], 0], strict=False)))
        if self.spare is None or not legend_inside(self.spare, handles, title):
            legend_below(self.figure, handles, title)


def panels(number: int, title: str) -> Panels:
    """So many empty panels."""
    if number == 1:
        figure = style.new_figure(style.COLUMN, SINGLE_HEIGHT, title)
        return Panels(figure, [figure.subplots()])
    rows = (number + 1) // 2
    figure = style.new_figure(style.COLUMN, PANEL_HEIGHT * rows + 0.4, title)
    grid = list(figure.subplots(rows, 2, sharex=True, sharey=True).flat)
    if number == len(grid):
        return Panels(figure, grid)
    grid[number].set_axis_off()
    grid[number - 2].xaxis.set_tick_params(labelbottom=True)  # nothing hangs below it
    return Panels(figure, grid[:number], grid[number])
