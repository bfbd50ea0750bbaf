"""What the kinds of figures share: panels with one y axis, looks, axes as the suite's file has them, one legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import offset_copy

from analogbench.grid.presentation import Axis
from analogbench.grid.presentation import Figure as Spec
from analogbench.report.notes import axis_title
from analogbench.report.plots import style
from analogbench.report.plots.legend import legend_below
from analogbench.report.plots.looks import Look, crossed, handle
from analogbench.report.statistics import LARGEST
from analogbench.report.suites.lines import Layout, Line
from analogbench.report.varying import axis_name

HEIGHTS = {1: 2.3, 2: 1.9, 3: 1.8, 4: 1.8}
WIDTHS = {1: style.COLUMN, 2: 5.2}
WIDEST = 7.0
"""Two columns of a paper with the gap between them, in inches."""

VALUE_MARKER = "h"
"""Marker of the legend's entries for values: no series has it."""


@dataclass
class Sheet:
    """A figure with its panels. extra: entries of the legend behind those of series and values."""

    layout: Layout
    figure: Figure
    axes: list[Axes]
    columns: int
    looks: dict[tuple[str, str], Look]
    extra: list[Artist] = field(default_factory=list)

    @classmethod
    def of(cls, layout: Layout, title: str) -> Sheet:
        """Empty panels, up to four in a row."""
        number = max(len(layout.panels), 1)
        columns = number if number <= 4 else 3
        rows = math.ceil(number / columns)
        figure = style.new_figure(WIDTHS.get(columns, WIDEST), HEIGHTS[columns] * rows, title)
        grid = list(figure.subplots(rows, columns, sharey=True, squeeze=False).flat)
        for spare in grid[number:]:
            spare.set_axis_off()
        for axes in grid[max(number - columns, 0) : number]:
            axes.xaxis.set_tick_params(labelbottom=True)
        return cls(layout, figure, grid[:number], columns, crossed(layout.series, layout.values))

    def look(self, line: Line) -> Look:
        """Of a line."""
        return self.looks[line.series, line.value]

    def finish(self, title: str) -> None:
        """Scale and label the axes and add the legend. title: of the legend."""
        spec = self.layout.figure
        x, y = spec.x.label or x_name(spec), spec.y.label or self._y_name()
        for i, (axes, panel) in enumerate(zip(self.axes, self.layout.panels, strict=True)):
            axes.set_title(style.panel_title(style.plain(panel.title)))
            if i >= len(self.axes) - self.columns:
                axes.set_xlabel(style.plain(x))
            if i % self.columns == 0:
                axes.set_ylabel(style.plain(y))
            _scale(axes, "y", spec.y)
            if not axes.has_data():
                axes.text(0.5, 0.5, "no results", transform=axes.transAxes, ha="center", va="center", color="#777777")
        style.grow(self.figure, max(axes.get_title().count("\n") for axes in self.axes))
        legend_below(self.figure, [*self.entries(), *self.extra], title)

    def entries(self) -> list[Artist]:
        """The legend's entries: colours of the values, then dashes and markers of the series in black."""
        if self.layout.figure.kind in {"bars", "histogram"}:
            return []
        series, values = self.layout.series, self.layout.values
        if not values:
            return [handle(style.plain(label), self.looks[label, ""]) for label in series]
        looks = [(value, self.looks[series[0], value]) for value in values]
        told: list[Artist] = [
            Line2D([], [], label=style.plain(value), **look.line() | {"marker": VALUE_MARKER, "linestyle": "-"})
            for value, look in looks
        ]
        if len(series) == 1:
            return told
        return [*told, *(handle(style.plain(label), self.looks[label, ""]) for label in series)]

    def _y_name(self) -> str:
        """The title of the metric, where the figure shows it in its own unit; else the name of the column."""
        spec = self.layout.figure
        metrics = [cell.record.metric for cell in self.layout.cells if cell.record and cell.record.metric]
        found = next((metric for metric in metrics if metric.key == spec.value and metric.scale == spec.scale), None)
        return axis_title(found) if found else "density" if spec.kind == "histogram" else spec.value

    def scale_x(self) -> None:
        """The x axes as the suite's file has them."""
        for axes in self.axes:
            _scale(axes, "x", self.layout.figure.x)


def x_name(spec: Spec) -> str:
    """`learning rate (task)`, `step`, `weight`."""
    unnamed = {"curves": "step", "histogram": "weight"}.get(spec.kind, "")
    return axis_name(spec.over) if "." in spec.over else spec.over or unnamed


def _scale(axes: Axes, which: str, axis: Axis) -> None:
    """Scale and limits of one axis; one without a positive value cannot be logarithmic."""
    positive = axes.dataLim.x1 > 0 if which == "x" else axes.dataLim.y1 > 0
    log = axis.log and bool(positive) and axes.has_data()
    if log:
        axes.set(**{f"{which}scale": "log"})
    if axis.limits and _possible(axis.limits, log):
        axes.set(**{f"{which}lim": axis.limits})


def _possible(limits: Sequence[float], log: bool) -> bool:
    return limits[0] != limits[1] and all(abs(limit) < LARGEST and (limit > 0 or not log) for limit in limits)


def cross(axes: Axes, x: float, color: str, shift: float = 0.0) -> None:
    """A mark on the bottom edge, where no value lies: no seed ended ok here. shift: sideways, in points."""
    edge = offset_copy(axes.get_xaxis_transform(), axes.get_figure(root=True), x=shift, units="points")
    axes.plot([x], [0.0], "x", color=color, transform=edge, clip_on=False, zorder=5)
