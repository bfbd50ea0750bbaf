"""Legends: below the panels, or in a place that is left over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import wrap

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogbench.report.leaderboard import wrapped
from analogbench.report.plots.style import CHARACTER, grow, longest


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


def _labels(handles: Sequence[Artist], width: int) -> list[str]:
    return [wrapped(str(one.get_label()), width) for one in handles]
