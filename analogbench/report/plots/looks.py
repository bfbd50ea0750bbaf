"""How one line is told from the others, with and without colours."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import matplotlib as mpl
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

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


def looks_of(labels: Sequence[str]) -> dict[str, Look]:
    """A look for each label, in their order; the tenth label shares its colour with the first, not its dashes."""
    lines = enumerate(zip(labels, itertools.cycle(_PALETTE), itertools.cycle(_MARKERS)))
    return {label: Look(color, _DASHES[i % len(_DASHES)], marker) for i, (label, color, marker) in lines}


def crossed(series: Sequence[str], values: Sequence[str]) -> dict[tuple[str, str], Look]:
    """A look for each series at each value: dashes and marker tell the series, colour and filling of the marker the
    value. The value "" is dark grey, and that of all series where there are no values to tell apart."""
    if not values:
        return {(label, ""): look for label, look in looks_of(series).items()}
    many = len(values) > len(_PALETTE)
    steps = (step / (len(values) + 1) for step in range(1, len(values) + 1))
    colors = [to_hex(mpl.colormaps["viridis"](step)) for step in steps] if many else _PALETTE
    told = [("", Look("#333333", "", "")), *((v, Look(c, "", "")) for v, c in zip(values, colors, strict=False))]
    found = {}
    for own, look in looks_of(series).items():
        for i, (value, colored) in enumerate(told):
            fill = _FILLS[max(i - 1, 0) % len(_FILLS)]
            found[own, value] = replace(look, color=colored.color, fill=fill)
    return found


def handle(label: str, look: Look) -> Line2D:
    """A legend's entry."""
    return Line2D([], [], label=label, **look.line())
