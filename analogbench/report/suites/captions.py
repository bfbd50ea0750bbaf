"""What lines, bands, bars and marks of a figure mean, and what is missing from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analogbench.grid.presentation import Figure
from analogbench.records.record import Record
from analogbench.report.suites.lines import Layout
from analogbench.report.suites.points import all_points, has_value, mixed_points, problems
from analogbench.report.suites.series import value_text
from analogbench.report.suites.values import last_points, points_used
from analogbench.report.varying import symbol

MOST_NAMES = 6
"""So many lines with the same problem are named in a caption."""

NO_SEED, ONE_SEED = "no seed", "one seed"

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
    if many in {NO_SEED, ONE_SEED}:
        return many
    spread = {"curves": "mean and min–max of", "sweep": "mean and min–max of", "bars": "mean ± sd of"}
    return f"{spread.get(layout.figure.kind, 'mean of')} {many}{_split_marks(layout)}"


def caption(layout: Layout, published: str = "") -> str:
    """All sentences of a caption. published: sources of the published numbers that are drawn."""
    figure = layout.figure
    parts = [figure.title.rstrip(".")] if figure.title else []
    seeds = _seeds(layout)
    if seeds != NO_SEED:
        parts.append(_capital(seeds if seeds == ONE_SEED else _MEANS[figure.kind].format(seeds)))
    parts += [_capital(part) for part in _treatment(layout)]
    if _split_marks(layout):
        parts.append(f"Where the seeds fall into two groups, {_SPLIT[figure.kind]}")
    if published:
        parts.append(f"Diamonds: published numbers with their standard deviation ({published})")
    parts += _mixed(layout)
    parts += _stale(layout)
    return " ".join(f"{part}." for part in [*parts, *_off_axis(layout), *_problems(layout)])


def missing(layout: Layout) -> str:
    """Why a figure could not be drawn."""
    figure = layout.figure
    records = [cell.good for cell in layout.cells if cell.good]
    if not records:
        return "no cell has anything to show yet"
    if mixed_points(layout) and not all_points(layout):
        return "several settings fall together"
    if figure.kind == "histogram":
        return "no record has weights"
    found = sorted({key for record in records for key in _columns(record, figure)} - {"step", "epoch"})
    return f"no record has {figure.value!r}; the records have: {', '.join(found) or 'no numbers'}"


def _columns(record: Record, figure: Figure) -> Iterable[str]:
    return record.curve if figure.kind == "curves" or figure.last else record.metrics


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _treatment(layout: Layout) -> Iterator[str]:
    figure = layout.figure
    if figure.smooth and figure.kind == "curves":
        yield f"each seed's curve is smoothed exponentially, the past weighing {figure.smooth:g}"
    if figure.last and figure.kind in {"sweep", "bars"}:
        used = [points_used(one, figure.value, figure.last) for records in _shown(layout) for one in records]
        yield f"final values are means of {last_points(figure.last, used)} of a curve"
    if figure.kind == "histogram":
        yield f"{figure.bins} bins"


def _shown(layout: Layout) -> list[list[Record]]:
    """The records that each mean of the figure is taken of."""
    found = [[cell.good for cell in point.cells if cell.good] for point in all_points(layout)]
    return [[record for record in records if has_value(record, layout.figure)] for records in found]


def _seeds(layout: Layout) -> str:
    """`3 seeds`, `2 to 3 seeds`, or one of NO_SEED and ONE_SEED."""
    numbers = {len({record.cell.seed for record in records}) for records in _shown(layout)} - {0}
    if max(numbers, default=0) < 2:
        return ONE_SEED if numbers else NO_SEED
    return f"{min(numbers)} to {max(numbers)} seeds" if len(numbers) > 1 else f"{max(numbers)} seeds"


def _split_marks(layout: Layout) -> str:
    able = layout.figure.kind in _SPLIT
    found = able and any(point.is_split(layout.figure) for point in all_points(layout))
    return ", by group where they split" if found else ""


def _mixed(layout: Layout) -> Iterator[str]:
    """What is not drawn, as it would be a mean over more than seeds."""
    for differing, names in _grouped((point.mixed, point.name) for point in mixed_points(layout)).items():
        yield f"Not drawn, as several settings fall together ({differing}): {', '.join(_few(names))}"


def _stale(layout: Layout) -> Iterator[str]:
    """What other code has made than is installed now, and in which means it is."""
    found = {point.name: [cell.stale for cell in point.cells if cell.good] for point in all_points(layout)}
    names = [f"{name} ({sum(stale)} of {len(stale)} seeds)" for name, stale in found.items() if any(stale)]
    if names:
        yield f"Stale, made by other code than is installed now: {', '.join(_few(names))}"


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, name in pairs:
        found.setdefault(key, []).append(name)
    return found


def _few(names: Sequence[str]) -> list[str]:
    more = len(names) - MOST_NAMES
    return [*names[:MOST_NAMES], *([f"and {more} more"] if more > 0 else [])]


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
        listed = [f"{name} ({few} of {all_} seeds)" for name, (few, all_) in names.items()]
        yield f"{_capital(status)}: {', '.join(_few(listed))}{f': {reason}' if reason else ''}".rstrip(".")
