"""How every plot looks: fit for one column of a paper, and readable without colours."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analogbench.report.leaderboard import wrapped

COLUMN = 3.4
"""Width of one column of a paper, in inches."""

CHARACTER = 0.055
"""Width of a character of 7 pt, in inches: what fits is decided before anything is drawn."""

BAND_ALPHA = 0.18

_RC = {
    **sns.axes_style("ticks"),
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

_PALETTE = [color for color in sns.color_palette("colorblind").as_hex() if color != "#949494"]
_MARKERS = "osD^vPX<>p"
_DASHES: list[Any] = ["-", (0, (4, 1.2)), (0, (1, 1)), (0, (5, 1, 1, 1)), (0, (3, 1, 1, 1, 1, 1))]

_GREEK = {"tau": "τ", "beta": "β", "gamma": "γ", "sigma": "σ", "alpha": "α", "delta": "δ", "eta": "η"}


@dataclass(frozen=True)
class Look:
    """How one line is told from the others: by colour, dashes and marker at once."""

    color: str
    dashes: Any
    marker: str

    def line(self) -> dict[str, Any]:
        """Arguments of `Axes.plot`."""
        return {"color": self.color, "linestyle": self.dashes, "marker": self.marker}


REFERENCE_LOOK = Look("#333333", (0, (2, 1)), "")


def looks(labels: Sequence[str]) -> dict[str, Look]:
    """A look for each label, in their order; the tenth label shares its colour with the first, not its dashes."""
    lines = enumerate(zip(labels, itertools.cycle(_PALETTE), itertools.cycle(_MARKERS)))
    return {label: Look(color, _DASHES[i % len(_DASHES)], marker) for i, (label, color, marker) in lines}


@contextmanager
def styled() -> Iterator[None]:
    """All drawing and saving happens inside."""
    with mpl.rc_context():
        mpl.rcParams.update(_RC)
        yield


def new_figure(width: float, height: float, title: str) -> Figure:
    """An empty figure with a title; whatever is added later, the layout keeps it from overlapping."""
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.03, w_pad=0.03)  # type: ignore[union-attr, call-arg]
    figure.suptitle("\n".join(wrap(title, int(width / CHARACTER * 0.85))))
    return figure


def save(figure: Figure, path: Path) -> list[Path]:
    """Write `path`.svg and `path`.png."""
    svg, png = path.with_name(f"{path.name}.svg"), path.with_name(f"{path.name}.png")
    with styled():
        figure.savefig(svg, metadata={"Date": None})
        figure.savefig(png, dpi=200)
    return [svg, png]


def parameter(column: str) -> str:
    """`device.tau` as an axis calls it: `τ (device)`."""
    part, _, name = column.partition(".")
    return f"{symbol(column)} ({part})" if name else column


def symbol(column: str) -> str:
    """`device.tau` as a legend calls it: `τ`."""
    name = column.rpartition(".")[2]
    return _GREEK.get(name, "learning rate" if name == "lr" else name)


def handle(label: str, look: Look) -> Line2D:
    """A legend's entry."""
    return Line2D([], [], label=label, **look.line())


def legend_below(figure: Figure, handles: Sequence[Artist], title: str) -> None:
    """One legend for the whole figure, as many columns as its longest label allows."""
    width = figure.get_figwidth()
    longest = max(len(str(one.get_label())) for one in handles)
    columns = max(1, min(int(width / (longest * CHARACTER + 0.5)), len(handles), 4))
    title = "\n".join(wrap(title, int(width / CHARACTER)))
    figure.legend(handles=list(handles), loc="outside lower center", ncols=columns, title=title)


def legend_inside(axes: Axes, handles: Sequence[Artist], title: str) -> bool:
    """The legend in a panel that is left over; False if it does not fit."""
    longest = max(len(str(one.get_label())) for one in handles)
    if longest > 17 or len(handles) > 5:
        return False
    axes.set_axis_off()
    axes.legend(handles=list(handles), loc="center", title="\n".join(wrap(title, 24)))
    return True


def panel_title(label: str) -> str:
    """A label wrapped to the width of half a column."""
    return wrapped(label, 26)
