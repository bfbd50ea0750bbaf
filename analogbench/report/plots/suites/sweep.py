"""The final value against a parameter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from analogbench.grid.presentation import Figure, Published
from analogbench.records.record import Record
from analogbench.report.plots.spread import ticks_at
from analogbench.report.plots.suites.sheet import Sheet, cross
from analogbench.report.suites.lines import Line, Panel
from analogbench.report.suites.points import Point, points, value_of


def draw(sheet: Sheet, published: Sequence[Published]) -> bool:
    """Draw all panels; False if there was nothing to draw. Published numbers have no place here."""
    del published
    drawn = [_panel(axes, sheet, panel) for axes, panel in zip(sheet.axes, sheet.layout.panels, strict=True)]
    sheet.scale_x()
    for axes, panel in zip(sheet.axes, sheet.layout.panels, strict=True):
        _ticks(axes, sheet, panel)
    return any(drawn)


def _panel(axes: Axes, sheet: Sheet, panel: Panel) -> bool:
    found: dict[int, list[Point]] = {id(line): [] for line in panel.lines}
    for point in points(panel, sheet.layout.figure):
        found[id(point.line)].append(point)
    drawn = False
    for turn, line in enumerate(panel.lines):
        own = found[id(line)]
        across = [point for point in own if not point.place]
        for point in across:
            drawn |= _across(axes, sheet, point)
        drawn |= _line(axes, sheet, line, [point for point in own if place_of(point) is not None], turn)
    return drawn


def place_of(point: Point) -> float | None:
    """Where a point lies on the x axis; None if that is no number."""
    value = next(iter(point.place.values()), None)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _line(axes: Axes, sheet: Sheet, line: Line, own: Sequence[Point], turn: int) -> bool:
    """One line; it has a gap where the seeds split. turn: its number."""
    figure, look = sheet.layout.figure, sheet.look(line)
    rows: list[tuple[float, ...]] = []
    for point in sorted(own, key=lambda point: place_of(point) or 0.0):
        place, groups = place_of(point) or 0.0, point.groups(figure)
        if len(groups) == 1:
            rows.append(_spread(place, groups[0], figure))
        elif groups:
            _errorbars(axes, [_spread(place, group, figure) for group in groups], look.line() | {"linestyle": ""})
            rows.append((place, math.nan, math.nan, math.nan))
        elif any(cell.record for cell in point.cells):
            cross(axes, place, look.color, shift=3.0 * turn)
    if rows:
        _errorbars(axes, rows, look.line())
    return bool(rows)


def _spread(place: float, records: Sequence[Record], figure: Figure) -> tuple[float, ...]:
    """Place, mean, least and greatest."""
    values = [value for record in records if (value := value_of(record, figure)) is not None]
    return place, float(np.mean(values)), min(values), max(values)


def _errorbars(axes: Axes, rows: Sequence[tuple[float, ...]], look: dict[str, Any]) -> None:
    x, mean, low, high = np.array(rows).T
    bars = np.fmax([mean - low, high - mean], 0.0)  # rounding must not make a bar negative
    axes.errorbar(x, mean, yerr=bars, capsize=1.5, elinewidth=0.7, **look)


def _across(axes: Axes, sheet: Sheet, point: Point) -> bool:
    """Cells that do not have the parameter: a line over the whole width."""
    figure, look = sheet.layout.figure, sheet.look(point.line)
    groups = point.groups(figure)
    for records in groups:
        _, mean, low, high = _spread(0.0, records, figure)
        if len(records) > 1:
            axes.axhspan(low, high, **look.band())
        axes.axhline(mean, color=look.color, linestyle=look.dashes)
    return bool(groups)


def _ticks(axes: Axes, sheet: Sheet, panel: Panel) -> None:
    """A tick at each value where there is room for its label."""
    found = {place for point in points(panel, sheet.layout.figure) if (place := place_of(point)) is not None}
    log = axes.get_xscale() == "log"
    ticks_at(axes, sorted(value for value in found if value > 0 or not log), log)
