"""How every plot looks: fit for one column of a paper, and readable without colours."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from analogbench.report.leaderboard import wrapped

COLUMN = 3.3
"""Width of one column of a paper, in inches."""

CHARACTER = 0.05
"""Width of a character of 7 pt, in inches: what fits is decided before anything is drawn."""

LINE = 0.145
"""Height of a line of text."""

_RC: dict[Any, Any] = {  # Any: matplotlib's keys are literals to mypy
    # seaborn's style "ticks"; importing seaborn itself takes longer than drawing a plot
    "axes.labelcolor": ".15",
    "axes.edgecolor": ".15",
    "axes.axisbelow": True,
    "text.color": ".15",
    "xtick.color": ".15",
    "ytick.color": ".15",
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same plot on every machine
    "font.size": 7,
    "axes.labelsize": 7.5,
    "axes.titlesize": 7.5,
    "figure.titlesize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.title_fontsize": 7,
    "legend.frameon": False,
    "legend.handlelength": 2.6,
    "legend.columnspacing": 1.2,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "grid.linewidth": 0.4,
    "grid.color": "#dddddd",
    "lines.linewidth": 1.2,
    "lines.markersize": 3.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.size": 1.5,
    "ytick.minor.size": 1.5,
    "hatch.linewidth": 0.5,
    "svg.hashsalt": "analogbench",  # else every run gives other ids
}


@contextmanager
def styled() -> Iterator[None]:
    """All drawing and saving happens inside."""
    with mpl.rc_context():
        mpl.rcParams.update(_RC)
        yield


def new_figure(width: float, height: float, title: str) -> Figure:
    """An empty figure with a title above `height`; whatever is added later, the layout keeps it from overlapping."""
    title = title.replace(" · ", "\N{NO-BREAK SPACE}· ")  # no line begins with a dot
    lines = wrap(title, int(width / CHARACTER * 0.85))
    figure = Figure(figsize=(width, height + LINE * len(lines)), layout="constrained")
    figure.suptitle("\n".join(lines))
    return figure


def save(figure: Figure, path: Path) -> list[Path]:
    """Write `path`.svg and `path`.png."""
    svg, png = path.with_name(f"{path.name}.svg"), path.with_name(f"{path.name}.png")
    with styled(), warnings.catch_warnings():
        # Labels so long that they leave the axes no room: the plot is as it can be, and nobody can act on a warning.
        warnings.filterwarnings("ignore", "constrained_layout not applied")
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(svg, metadata={"Date": None})  # `savefig` would draw it twice, the first time for the layout
        figure.set_layout_engine(None)  # it is done, and the same in both
        figure.savefig(png, dpi=200)
    return [svg, png]


def save_as(figure: Figure, path: Path) -> None:
    """Write one file, in the format that its suffix says. Raises OSError where it cannot."""
    undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix)
    with styled():
        figure.savefig(path, metadata=undated, dpi=200)


def grow(figure: Figure, lines: int) -> None:
    """Make room for so many lines of text."""
    figure.set_figheight(figure.get_figheight() + LINE * lines)


def panel_title(label: str) -> str:
    """A label wrapped to the width of half a column."""
    return wrapped(label, 24)


def plain(text: str) -> str:
    """A text from a suite's file, so that matplotlib shows it as it is: no dollar begins a formula."""
    return text.replace("$", r"\$")


def longest(labels: Sequence[str]) -> int:
    """Characters of the longest line."""
    return max(len(line) for label in labels for line in label.split("\n"))
