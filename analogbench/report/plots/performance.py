"""Performance profiles: the share of settings and seeds in which an algorithm comes within a factor of the best."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from analogbench.report.plots import style
from analogbench.report.plots.legend import legend_below
from analogbench.report.plots.looks import Look, handle
from analogbench.report.plots.rank_diagram import row_looks
from analogbench.report.plots.spread import marks
from analogbench.report.statistics.profiles import Profile, ProfileLine

HEIGHT = 2.2

LABEL = 52
"""Characters of the x axis' label on one line."""

MOST_LINES, MOST_BANDS = 9, 4
"""More lines cannot be told apart, and more bands cover each other."""


def profile_figure(profile: Profile) -> Figure:
    """Draw one line for each algorithm; of many, those that are highest on the whole."""
    lines = sorted(profile.lines, key=lambda line: -sum(line.shares))[:MOST_LINES]
    lines = [line for line in profile.lines if line in lines]
    looks = row_looks([(line.algorithm, line.is_reference) for line in profile.lines])
    with style.styled():
        figure = style.new_figure(style.COLUMN, HEIGHT, f"Performance profile · {profile.budget}")
        axes = figure.subplots()
        for place, line in enumerate(lines):
            _line(axes, profile, line, looks[line.algorithm], marks(len(profile.ratios), place, len(lines)))
            if len(lines) <= MOST_BANDS:
                axes.fill_between(profile.ratios, line.low, line.high, step="post", **looks[line.algorithm].band())
        _axes(axes, profile)
        handles = [handle(line.algorithm, looks[line.algorithm]) for line in lines]
        legend_below(figure, handles, _caption(profile, lines))
    return figure


def _line(axes: Axes, profile: Profile, line: ProfileLine, look: Look, places: tuple[int, int]) -> None:
    axes.step(profile.ratios, line.shares, where="post", **look.line(), markevery=places)


def _axes(axes: Axes, profile: Profile) -> None:
    right = max(profile.ratios[-1] * 1.1, 1.5)
    axes.set_xscale("log")
    axes.set(xlim=(1.0, right), ylim=(-0.02, 1.02), ylabel="share of settings and seeds")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_locator(LogLocator(base=10, subs=(1.0,) if right > 100 else (1.0, 2.0, 5.0), numticks=9))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("\n".join(wrap(f"{' or '.join(profile.scales)}, as a multiple of the best one", LABEL)))


def _caption(profile: Profile, lines: Sequence[ProfileLine]) -> str:
    parts = [profile.over]
    if len(lines) <= MOST_BANDS:
        parts.append("bands: 95 % bootstrap intervals")
    failed = [f"{line.algorithm} {100 * line.failed:.0f} %" for line in lines if line.failed]
    if failed:
        parts.append(f"failed, so infinitely far: {', '.join(failed)}")
    if len(lines) < len(profile.lines):
        parts.append(f"the highest {len(lines)} of {len(profile.lines)} algorithms")
    return "; ".join([*parts, *profile.notes])
