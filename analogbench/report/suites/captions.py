"""What lines, bands, bars and marks of a figure mean, and what is missing from it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from analogbench.grid.presentation import Figure
from analogbench.report.suites.lines import Layout
from analogbench.report.suites.points import all_points, has_value, problems
from analogbench.report.suites.series import value_text
from analogbench.report.varying import symbol

MOST_NAMES = 6
"""So many lines with the same problem are named in a caption."""

_MEANS = {
    "curves": "lines: mean over {}; bands: least to greatest",
    "sweep": "points: mean over {}; error bars: least to greatest",
    "bars": "bars: mean over {}; error bars: sample standard deviation",
    "histogram": "outlines: density of all trained weights together, mean over {}",
}

_SPLIT = {
    "curves": "each group has its own line",
    "sweep": "each group has its own point, and no line runs through them",
    "bars": "the filled bar is the mean of the lower group, the hollow one that of the upper; dots: each seed",
}


def legend_title(layout: Layout) -> str:
    """The shortest true description of what is drawn."""
    many = _seeds(layout)
    if many == "one seed":
        return many
    spread = {"curves": "mean and min–max of", "sweep": "mean and min–max of", "bars": "mean ± sd of"}
    return f"{spread.get(layout.figure.kind, 'mean of')} {many}{_split_marks(layout)}"


def caption(layout: Layout, published: str = "") -> str:
    """All sentences of a caption. published: sources of the published numbers that are drawn."""
    figure = layout.figure
    parts = [figure.title.rstrip(".")] if figure.title else []
    parts.append(_capital(_MEANS[figure.kind].format(_seeds(layout)) if _seeds(layout) != "one seed" else "one seed"))
    parts += [_capital(part) for part in _treatment(figure)]
    if _split_marks(layout):
        parts.append(f"Where the seeds fall into two groups, {_SPLIT[figure.kind]}")
    if published:
        parts.append(f"Diamonds: published numbers with their standard deviation ({published})")
    parts += _mixed(layout)
    return " ".join(f"{part}." for part in [*parts, *_off_axis(layout), *_problems(layout)])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _treatment(figure: Figure) -> Iterator[str]:
    if figure.smooth and figure.kind == "curves":
        yield f"each seed's curve is smoothed exponentially, the past weighing {figure.smooth:g}"
    if figure.last and figure.kind in {"sweep", "bars"}:
        yield f"final values are means of the last {figure.last} points of a curve"
    if figure.kind == "histogram":
        yield f"{figure.bins} bins"


def _seeds(layout: Layout) -> str:
    """`3 seeds`, `2 to 3 seeds`, `one seed`."""
    figure = layout.figure
    good = [[c for c in point.cells if c.good and has_value(c.good, figure)] for point in all_points(layout)]
    numbers = {len({c.cell.seed for c in cells}) for cells in good}
    numbers -= {0}
    if max(numbers, default=0) < 2:
        return "one seed"
    return f"{min(numbers)} to {max(numbers)} seeds" if len(numbers) > 1 else f"{max(numbers)} seeds"


def _split_marks(layout: Layout) -> str:
    able = layout.figure.kind in _SPLIT
    found = able and any(point.is_split(layout.figure) for point in all_points(layout))
    return ", by group where they split" if found else ""


def _mixed(layout: Layout) -> Iterator[str]:
    """Means over cells that differ in more than the seed."""
    for point in all_points(layout):
        if len({cell.cell.seed for cell in point.cells}) < len(point.cells):
            yield f"{point.name}: the mean is over several settings, not seeds alone"


def _off_axis(layout: Layout) -> Iterator[str]:
    """Values of a sweep that its logarithmic axis does not have."""
    if layout.figure.kind == "sweep" and layout.figure.x.log:
        values = [value for point in all_points(layout) for value in point.place.values()]
        hidden = [value_text(v) for v in values if isinstance(v, int | float) and v <= 0]
        if hidden:
            name = symbol(layout.figure.over)
            yield f"Not on the logarithmic axis: {name} = {', '.join(dict.fromkeys(hidden))}"


def _problems(layout: Layout) -> Iterator[str]:
    """`Diverged: Analog SGD, τ = 0.7 (2 of 3 seeds): loss is NaN`."""
    for (status, reason), names in problems(layout).items():
        listed = [f"{name} ({few} of {all_} seeds)" for name, (few, all_) in islice(names.items(), MOST_NAMES)]
        if len(names) > MOST_NAMES:
            listed.append(f"and {len(names) - MOST_NAMES} more")
        yield f"{_capital(status)}: {', '.join(listed)}{f': {reason}' if reason else ''}".rstrip(".")
