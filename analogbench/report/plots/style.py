"""How every plot looks: fit for one column of a paper, and readable without colours."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import wrap
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analogbench.report.leaderboard import wrapped

COLUMN = 3.4
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

# seaborn's palette "colorblind" without its grey
_PALETTE = ("#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#ca9161", "#fbafe4", "#ece133", "#56b4e9")
_MARKERS = "osD^vPX<>p"
_FILLS = ("full", "none", "left", "right", "bottom", "top")
_DASHES: list[Any] = ["-", (0, (4, 1.2)), (0, (1, 1)), (0, (5, 1, 1, 1)), (0, (3, 1, 1, 1, 1, 1))]


@dataclass(frozen=True)
class Look:
    """How one line is told from the others: by colour, dashes and marker at once."""

    color: str
    dashes: Any
    marker: str
    fill: str = "full"

    def line(self) -> dict[str, Any]:
        """Arguments of `Axes.plot`."""
        return {"color": self.color, "linestyle": self.dashes, "marker": self.marker, "fillstyle": self.fill}

    def band(self) -> dict[str, Any]:
        """Arguments of what is filled around the line."""
        return {"color": self.color, "alpha": 0.18, "linewidth": 0}

    def variant(self, number: int) -> Look:
        """The same colour and marker in another setting: other dashes, and every second marker hollow."""
        return replace(self, dashes=_DASHES[number % len(_DASHES)], fill="none" if number % 2 else "full")


REFERENCE_LOOK = Look("#333333", (0, (2, 1)), "*")


def looks(labels: Sequence[str]) -> dict[str, Look]:
    """A look for each label, in their order; the tenth label shares its colour with the first, not its dashes."""
    lines = enumerate(zip(labels, itertools.cycle(_PALETTE), itertools.cycle(_MARKERS)))
    return {label: Look(color, _DASHES[i % len(_DASHES)], marker) for i, (label, color, marker) in lines}


def crossed(series: Sequence[str], values: Sequence[str]) -> dict[tuple[str, str], Look]:
    """A look for each series at each value: dashes and marker tell the series, colour and filling of the marker the
    value. The value "" is dark grey, and that of all series where there are no values to tell apart."""
    if not values:
        return {(label, ""): look for label, look in looks(series).items()}
    many = len(values) > len(_PALETTE)
    steps = (step / (len(values) + 1) for step in range(1, len(values) + 1))
    colors = [to_hex(mpl.colormaps["viridis"](step)) for step in steps] if many else _PALETTE
    told = [("", Look("#333333", "", "")), *((v, Look(c, "", "")) for v, c in zip(values, colors, strict=False))]
    found = {}
    for own, look in looks(series).items():
        for i, (value, colored) in enumerate(told):
            fill = _FILLS[max(i - 1, 0) % len(_FILLS)]
            found[own, value] = replace(look, color=colored.color, fill=fill)
    return found


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
        figure.savefig(svg, metadata={"Date": None})
        figure.set_layout_engine("none")  # the layout is done: the same in both, and half of the work
        figure.savefig(png, dpi=200)
    return [svg, png]


def save_as(figure: Figure, path: Path) -> None:
    """Write one file, whose suffix says which format."""
    with styled():
        figure.savefig(path, dpi=200, metadata={"Date": None} if path.suffix == ".svg" else None)


def handle(label: str, look: Look) -> Line2D:
    """A legend's entry."""
    return Line2D([], [], label=label, **look.line())


def legend_below(figure: Figure, handles: Sequence[Artist], title: str) -> None:
    """One legend for the whole figure, as many columns as its longest label allows; the figure grows by its height."""
    width = figure.get_figwidth()
    labels = _labels(handles, 24)
    columns = max(1, min(int(width / (longest(labels) * CHARACTER + 0.45)), len(handles), 4))
    lines = wrap(title, int(width / CHARACTER * 0.9))
    figure.legend(list(handles), labels, loc="outside lower center", ncols=columns, title="\n".join(lines))
    height = sum(label.count("\n") + 1 for label in labels)
    grow(figure, len(lines) + math.ceil(height / columns))


def legend_inside(axes: Axes, handles: Sequence[Artist], title: str) -> bool:
    """The legend in a panel that is left over; False if it does not fit."""
    labels, lines = _labels(handles, 17), wrap(title, 24)
    if longest(labels) > 17 or sum(label.count("\n") + 1 for label in labels) + len(lines) > 10:
        return False
    axes.legend(list(handles), labels, loc="center", title="\n".join(lines), borderpad=0)
    return True


def grow(figure: Figure, lines: int) -> None:
    """Make room for so many lines of text."""
    figure.set_figheight(figure.get_figheight() + LINE * lines)


def panel_title(label: str) -> str:
    """A label wrapped to the width of half a column."""
    return wrapped(label, 24)


def plain(text: str) -> str:
    """A text from a suite's file, so that matplotlib shows it as it is: no dollar begins a formula."""
    return text.replace("$", r"\$")


def _labels(handles: Sequence[Artist], width: int) -> list[str]:
    return [wrapped(str(one.get_label()), width) for one in handles]


def longest(labels: Sequence[str]) -> int:
    """Characters of the longest line."""
    return max(len(line) for label in labels for line in label.split("\n"))
