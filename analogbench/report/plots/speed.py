"""Throughput of training against the number of replicas that are trained together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from analogbench.report.plots import style
from analogbench.report.plots.looks import REFERENCE_LOOK, Look, handle, looks_of
from analogbench.report.plots.panels import panels

HEIGHT = 6
"""Lines of text by which panels of a speed plot are higher than others, for decades have to be told apart."""


@dataclass(frozen=True)
class Line:
    """One case. rates: replica-steps per second, with their quartiles low and high. bound: the most that is possible,
    None where that is not known. baseline: whether it is the same in all panels."""

    label: str
    baseline: bool
    replicas: Sequence[int]
    rates: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    bound: Sequence[float | None]


@dataclass(frozen=True)
class Panel:
    """Lines of one algorithm on one target. reference: what the level, steps per second, is of."""

    title: str
    lines: Sequence[Line]
    reference: str
    level: float | None


def speed_figure(parts: Sequence[Panel], title: str) -> Figure | None:
    """Draw the panels; None if nothing was measured."""
    shown = [part for part in parts if any(line.rates for line in part.lines)]
    if not shown:
        return None
    with style.styled():
        figure = panels(len(shown), title)
        style.grow(figure.figure, HEIGHT * ((len(shown) + 1) // 2))
        looks = _looks(shown)
        for axes, part in zip(figure.axes, shown, strict=True):
            _draw(axes, part, looks)
        bounds = any(any(line.bound) for part in shown for line in part.lines)
        handles = [handle(label, look) for label, look in looks.items()]
        figure.finish(handles, _caption(bounds), "replicas", "replica-steps per second")
    return figure.figure


def _looks(parts: Sequence[Panel]) -> dict[str, Look]:
    """The look of each line of the legend: the baseline is grey, the reference a dashed level."""
    lines = [line for part in parts for line in part.lines]
    found = looks_of(list(dict.fromkeys(line.label for line in lines if not line.baseline)))
    found |= {line.label: REFERENCE_LOOK for line in lines if line.baseline}
    levels = [part.reference for part in parts if part.level is not None]
    return found | {label: Look("#000000", "--", "") for label in levels}


def _draw(axes: Axes, part: Panel, looks: dict[str, Look]) -> None:
    ticks = sorted({number for line in part.lines for number in line.replicas})
    for line in part.lines:
        look = looks[line.label]
        axes.plot(line.replicas, line.rates, **look.line())
        axes.fill_between(line.replicas, line.low, line.high, **look.band())
        pairs = [(number, best) for number, best in zip(line.replicas, line.bound, strict=True) if best]
        # a small mark at each number, since a single one makes no line
        axes.plot([n for n, _ in pairs], [best for _, best in pairs], ":_", color=look.color, linewidth=0.7)
    if part.level is not None:
        axes.axhline(part.level, color=looks[part.reference].color, linestyle="--", linewidth=0.9)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    axes.set_title(style.panel_title(part.title))


def _caption(bounds: bool) -> str:
    """What is drawn of several rounds, and what the thin lines are."""
    return "median and quartiles of the rounds" + ("; dotted: bound" if bounds else "")
