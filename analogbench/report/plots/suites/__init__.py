"""The figures of a suite, as its file describes them."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from analogbench.report.plots import style
from analogbench.report.plots.suites import bars, curves, histogram, sweep
from analogbench.report.plots.suites.sheet import Sheet
from analogbench.report.suites.captions import legend_title
from analogbench.report.suites.gather import Gathered
from analogbench.report.suites.lines import Layout

_KINDS = {"curves": curves.draw, "sweep": sweep.draw, "bars": bars.draw, "histogram": histogram.draw}

LONGEST_TITLE = 90
"""Characters of a caption that may stand above a figure; the suite's title does where it is longer."""


def save_figure(layout: Layout, gathered: Gathered, path: Path) -> list[Path]:
    """Write `path`.svg and `path`.png; nothing if there is nothing to draw."""
    figure = suite_figure(layout, gathered)
    return style.save(figure, path) if figure else []


def suite_figure(layout: Layout, gathered: Gathered) -> Figure | None:
    """Draw a figure; None if none of its cells has anything to show."""
    with style.styled():
        sheet = Sheet.of(layout, _title(layout, gathered))
        if not _KINDS[layout.figure.kind](sheet, gathered.suite.published):
            return None
        sheet.finish(legend_title(layout))
    return sheet.figure


def _title(layout: Layout, gathered: Gathered) -> str:
    """`Fig. 5 · MNIST-5k · quick`: no number is shown without its data and budget."""
    title = " ".join(layout.figure.title.split()).rstrip(".")
    title = title if 0 < len(title) <= LONGEST_TITLE else gathered.suite.title
    return style.plain(" · ".join([title, *gathered.data, gathered.budget]))
