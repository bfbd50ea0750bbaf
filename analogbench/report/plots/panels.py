"""Small multiples: panels with shared axes, two in a row, and one legend."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogbench.report.plots import style

SINGLE_HEIGHT = 2.0
PANEL_HEIGHT = 1.25
LEGEND_LINE = 0.15


def panels(number: int, title: str, entries: int) -> tuple[Figure, list[Axes], Axes | None]:
    """A figure one column wide with `number` panels, and the panel left over. entries: of the legend, to make room for it."""
    if number == 1:
        figure = style.new_figure(style.COLUMN, SINGLE_HEIGHT + 0.3 + LEGEND_LINE * (entries / 2 + 1), title)
        return figure, [figure.subplots()], None
    rows = (number + 1) // 2
    figure = style.new_figure(style.COLUMN, PANEL_HEIGHT * rows + 0.6 + LEGEND_LINE * (entries / 2 + 1), title)
    grid = list(figure.subplots(rows, 2, sharex=True, sharey=True).flat)
    spare = grid[number] if number < len(grid) else None
    if spare is not None:
        spare.set_axis_off()
        grid[number - 2].xaxis.set_tick_params(labelbottom=True)  # nothing hangs below it
    return figure, grid[:number], spare


def finish(
    figure: Figure, axes: Sequence[Axes], spare: Axes | None, handles: Sequence[Artist], title: str, labels: tuple[str, str]
) -> None:
    """Label the axes once (labels: x and y), put the legend where there is room."""
    if len(axes) == 1:
        axes[0].set_xlabel(labels[0])
        axes[0].set_ylabel(labels[1])
    else:
        figure.supxlabel(labels[0], fontsize=7.5)
        figure.supylabel(labels[1], fontsize=7.5)
    if spare is None or not style.legend_inside(spare, handles, title):
        style.legend_below(figure, handles, title)
