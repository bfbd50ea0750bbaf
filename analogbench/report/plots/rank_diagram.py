"""Average ranks over tasks and devices, with intervals, and which algorithms they do not tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analogbench.report.leaderboard import wrapped
from analogbench.report.natural import natural
from analogbench.report.plots import style
from analogbench.report.plots.looks import REFERENCE_LOOK, Look, looks_of
from analogbench.report.statistics.ranks import Ranks

ROW = 0.2
"""Height of a row in inches."""

LINE = 0.12
"""And of a further line of its label."""

LABEL = 22
"""Characters of an algorithm on one line."""

INK = "#333333"


def ranks_figure(ranks: Ranks) -> Figure:
    """Draw one row for each algorithm, the best above; vertical lines join those that are not told apart."""
    labels = [wrapped(row.algorithm, LABEL) for row in ranks.rows]
    sizes = [max(ROW, LINE * label.count("\n") + ROW) for label in labels]
    places = [sum(sizes[:i]) + size / 2 for i, size in enumerate(sizes)]
    lines = [line for part in _caption(ranks) for line in wrap(part, int(style.COLUMN / style.CHARACTER * 0.9))]
    with style.styled():
        title = f"Average rank · {ranks.budget}"
        figure = style.new_figure(style.COLUMN, sum(sizes) + 0.35 + style.LINE * (len(lines) + 1), title)
        axes = figure.subplots()
        _rows(axes, ranks, places)
        _groups(axes, ranks, places)
        axes.set_yticks(places, labels)
        axes.set(ylim=(sum(sizes), 0.0), xlim=(0.9, len(labels) + 0.1))
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=2))
        axes.tick_params(axis="y", length=0)
        axes.grid(False, axis="y")
        axes.set_xlabel("average rank, 1 is best")
        figure.supxlabel("\n".join(lines), fontsize=7)
    return figure


def row_looks(algorithms: Sequence[tuple[str, bool]]) -> dict[str, Look]:
    """The look of each algorithm; digital training has the same in all plots. algorithms: label, whether it is that."""
    others = sorted((label for label, is_reference in algorithms if not is_reference), key=natural)
    goals = [label for label, is_reference in algorithms if is_reference]
    return looks_of(others) | dict.fromkeys(goals, REFERENCE_LOOK)


def _rows(axes: Axes, ranks: Ranks, places: Sequence[float]) -> None:
    looks = row_looks([(row.algorithm, row.is_reference) for row in ranks.rows])
    for place, row in zip(places, ranks.rows, strict=True):
        look = looks[row.algorithm]
        sides = [[max(row.mean - row.low, 0.0)], [max(row.high - row.mean, 0.0)]]
        axes.errorbar(
            [row.mean], [place], xerr=sides, color=look.color, marker=look.marker, capsize=2.5, markersize=4.5
        )


def _groups(axes: Axes, ranks: Ranks, places: Sequence[float]) -> None:
    """Lines at the right, each beside the rows that it joins."""
    for turn, (first, last) in enumerate(ranks.groups):
        x, overhang = 1.03 + 0.025 * turn, ROW / 4
        ends = [places[first] - overhang, places[last] + overhang]
        axes.plot([x, x], ends, color=INK, linewidth=2.2, transform=axes.get_yaxis_transform(), clip_on=False)


def _caption(ranks: Ranks) -> list[str]:
    parts = [f"{ranks.over}; bars: 95 % bootstrap intervals"]
    least = len(ranks.pairs) * math.ldexp(2.0, -ranks.settings)
    if ranks.groups:
        few = ", too few to tell any apart" if least > 0.05 else ""
        parts.append(f"joined at the right: not told apart (Wilcoxon over {ranks.settings} settings{few}, Holm, 5 %)")
    return [*parts, *ranks.notes]
