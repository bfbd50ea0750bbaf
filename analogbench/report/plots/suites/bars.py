"""Bars in groups, and published numbers beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analogbench.grid.presentation import Published
from analogbench.records.record import Record
from analogbench.report.leaderboard import wrapped
from analogbench.report.plots.style import plain
from analogbench.report.plots.suites.sheet import Sheet, cross
from analogbench.report.statistics import summarise
from analogbench.report.suites.comparison import Mark, published_marks
from analogbench.report.suites.lines import Panel
from analogbench.report.suites.points import Point, places, points, value_of
from analogbench.report.suites.series import value_text

HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\", "----", "oo", "++")
GROUP = 0.8
"""Width of a group of bars; groups are 1 apart."""

ASIDE = 0.22
"""How far from the middle of a bar its error bar and its published number are, as a share of its width."""

INK = "#222222"


@dataclass(frozen=True)
class Slot:
    """Where one bar stands."""

    x: float
    width: float


def draw(sheet: Sheet, published: Sequence[Published]) -> bool:
    """Draw all panels; False if there was nothing to draw."""
    drawn: dict[tuple[str, str], Patch] = {}
    marked = filled = False
    for axes, panel in zip(sheet.axes, sheet.layout.panels, strict=True):
        for point, slot in _slots(sheet, panel):
            filled |= bool(point.values(sheet.layout.figure))
            if patch := _bar(axes, sheet, point, slot):
                drawn.setdefault((point.line.series, point.line.value), patch)
            for mark in published_marks(point, sheet.layout.figure, published):
                _diamond(axes, sheet, mark, slot)
                marked = True
        _groups(axes, sheet, panel)
    sheet.extra += drawn.values()
    if marked:
        look: dict[str, Any] = {"marker": "D", "markerfacecolor": "white", "markeredgecolor": INK, "linestyle": ""}
        sheet.extra.append(Line2D([], [], label="published", **look))
    return filled


def _slots(sheet: Sheet, panel: Panel) -> list[tuple[Point, Slot]]:
    """A place for each bar: one group for each value of `over`, in it all lines of the panel."""
    groups, lines = places(panel, sheet.layout.figure) or [{}], list(panel.lines)
    width = GROUP / max(len(lines), 1)
    found = []
    for point in points(panel, sheet.layout.figure):
        turn = next(i for i, line in enumerate(lines) if line is point.line)
        found.append((point, Slot(groups.index(point.place) + (turn - (len(lines) - 1) / 2) * width, width)))
    return found


def _bar(axes: Axes, sheet: Sheet, point: Point, slot: Slot) -> Patch | None:
    """One bar and its entry in the legend, None if nothing is recorded; a cross where all seeds failed."""
    line, values = point.line, point.values(sheet.layout.figure)
    hatch = HATCHES[sheet.layout.series.index(line.series) % len(HATCHES)]
    color = sheet.look(line).color
    filled: dict[str, Any] = {"facecolor": color, "edgecolor": "white", "hatch": hatch, "linewidth": 0.5}
    if not values:
        if not any(cell.record for cell in point.cells):
            return None
        cross(axes, slot.x, color)
    elif point.is_split(sheet.layout.figure):
        low, high = (_mean(records, sheet) for records in point.groups(sheet.layout.figure))
        axes.bar(slot.x, high, slot.width * 0.92, zorder=2, facecolor="none", edgecolor=color, linewidth=0.8)
        axes.bar(slot.x, low, slot.width * 0.92, zorder=2, **filled)
        axes.plot([slot.x] * len(values), values, ".", color=INK, markersize=3.5, zorder=4)
        _hidden(axes, sheet, low, slot.x)
    else:
        summary = summarise(values)
        axes.bar(slot.x, summary.mean, slot.width * 0.92, zorder=2, **filled)
        if summary.sd:
            x = slot.x - ASIDE * slot.width
            axes.errorbar(x, summary.mean, yerr=summary.sd, color=INK, capsize=2, elinewidth=0.8, zorder=4)
        _hidden(axes, sheet, summary.mean, slot.x)
    return Patch(label=plain(line.name), **filled)


def _mean(records: Sequence[Record], sheet: Sheet) -> float:
    values = [value_of(record, sheet.layout.figure) for record in records]
    return summarise([value for value in values if value is not None]).mean


def _hidden(axes: Axes, sheet: Sheet, mean: float, x: float, mark: str = "") -> None:
    """The number of a bar or mark that lies below the y axis' lower limit."""
    limits = sheet.layout.figure.y.limits
    if limits and mean < min(limits):
        look: dict[str, Any] = {"rotation": 90, "ha": "center", "va": "bottom", "fontsize": 7}
        axes.text(x, 0.03, f"{mark}{mean:.4g} ↓", transform=axes.get_xaxis_transform(), **look)


def _diamond(axes: Axes, sheet: Sheet, mark: Mark, slot: Slot) -> None:
    """A published number, on the right half of the bar that it belongs to."""
    x = slot.x + ASIDE * slot.width
    look: dict[str, Any] = {"marker": "D", "markersize": 3.2, "markerfacecolor": "white", "markeredgewidth": 0.8}
    axes.errorbar(x, mark.mean, yerr=mark.sd or None, color=INK, capsize=1.5, elinewidth=0.8, zorder=5, **look)
    _hidden(axes, sheet, mark.mean, slot.x + 0.4 * slot.width, "◇ ")


def _groups(axes: Axes, sheet: Sheet, panel: Panel) -> None:
    """The names of the groups; no grid between bars."""
    names = [value_text(value) for place in places(panel, sheet.layout.figure) for value in place.values()]
    axes.set_xticks(range(len(names)), [wrapped(plain(name), max(40 // len(names), 8)) for name in names])
    axes.set_xlim(-0.5 - 0.1, max(len(names), 1) - 0.5 + 0.1)
    axes.grid(False, axis="x")
