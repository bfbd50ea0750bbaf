"""A freely chosen table as strings, with what its reader must know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from analogbench.report import digits
from analogbench.report.notes import STALE, few
from analogbench.report.pivot.entries import Entry
from analogbench.report.pivot.keys import header
from analogbench.report.pivot.pivot import Names, Pivot, column_name
from analogbench.report.sheet import Sheet
from analogbench.report.statistics import Summary
from analogbench.report.statistics.summary import t_half
from analogbench.wording import count_of

Spread = Literal["sd", "ci"]
SPREADS: tuple[Spread, ...] = ("sd", "ci")
MEANING = {"sd": "sample standard deviation over the seeds", "ci": "half of the 95 % t-interval of the mean"}


def sheet(made: Pivot, spread: Spread = "sd") -> Sheet:
    """All strings. spread: what stands behind ±."""
    headers = (*map(header, made.rows), *(column_name(made, place) for place in made.across))
    labels = len(made.rows)
    rows = [
        (*row, *(_text(made, made.entries.get((row, place)), spread) for place in made.across)) for row in made.down
    ]
    best = {(made.down.index(row), labels + made.across.index(place)) for row, place in _best(made)}
    title = f"{made.quantity.title} by {', '.join(map(header, made.rows))}"
    if made.columns:
        title += f" and {', '.join(map(header, made.columns))}"
    return Sheet(title, headers, tuple(rows), labels, frozenset(best), notes=tuple(_notes(made, spread)))


def _text(made: Pivot, entry: Entry | None, spread: Spread) -> str:
    """`97.61 ± 0.10 (3)`, `98.1 (1; diverged 2/3)`, `diverged 3/3`; a dash where nothing was run."""
    if entry is None:
        return digits.NOTHING
    stale = f" {STALE}" if entry.stale else ""
    setting = f" [{entry.setting or 'defaults'}]" if made.best and entry.settings > 1 else ""
    if entry.summary is None:
        return f"{entry.failed}{setting}{stale}"
    info = made.quantity.info
    mean = digits.mean_sd(_shown(entry.summary, spread).scaled(info.scale), info.log_axis)
    mark = " †" if entry.is_split(made.quantity) else ""
    failed = f"; {entry.failed}" if entry.failures else ""
    return f"{mean} ({len(entry.values)}{failed}){setting}{mark}{stale}"


def _shown(summary: Summary, spread: Spread) -> Summary:
    """With that behind ± which is asked for, so that the digits follow it."""
    if spread == "sd" or summary.sd is None:
        return summary
    return replace(summary, sd=t_half(summary.n, summary.sd))


def _best(made: Pivot) -> Iterator[tuple[Names, Names]]:
    """The best entry of each column among those of one task, data set and budget, where there are several."""
    if not made.quantity.directed:
        return
    for place in made.across:
        groups: dict[tuple[str, ...], list[tuple[Names, Entry]]] = defaultdict(list)
        for row, entry in made.column(place):
            groups[entry.group].append((row, entry))
        for found in groups.values():
            row, entry = max(found, key=lambda item: item[1].goodness(made.quantity))
            if len(found) > 1 and entry.values:
                yield row, place


def _notes(made: Pivot, spread: Spread) -> Iterator[str]:
    quantity = made.quantity
    better = ""
    if quantity.directed:
        direction = "higher" if quantity.info.higher_is_better else "lower"
        better = f", {direction} is better; emphasised: the best of a column for the same task, data and budget"
    yield f"{quantity.title}{better}"
    yield f"mean ± {MEANING[spread]} (number of seeds that ended ok)"
    if made.hidden:
        yield "; ".join(f"{key}: {', '.join(filter(None, names)) or 'unknown'}" for key, names in made.hidden.items())
    if made.added:
        yield f"rows are told apart by {', '.join(made.added)}, too: such cells are never put together"
    if made.best:
        yield _choice(list(made.entries.values()))
    yield from _missing(made)
    yield from _seeds(made)
    yield from _splits(made)
    yield from _failures(made)
    stale, total = (sum(getattr(e, name) for e in made.entries.values()) for name in ("stale", "total"))
    if stale:
        yield f"{STALE} stale: {stale} of {total} records were made by other code than is installed now"


def _choice(entries: Sequence[Entry]) -> str:
    most, fewer = max((entry.settings for entry in entries), default=1), sum(entry.fewer for entry in entries)
    if most == 1:
        return "best: there is one setting of each"
    after = "chosen after the fact by the very numbers that are shown: that is optimistic"
    left = f"; {count_of(fewer, 'setting')} with fewer seeds than another of the same row had no part" if fewer else ""
    return f"in brackets: the setting with the best mean, of up to {most}, {after}{left}"


def _missing(made: Pivot) -> Iterator[str]:
    missing = [(row, place) for row in made.down for place in made.across if (row, place) not in made.entries]
    if missing:
        yield f"{digits.NOTHING} not recorded: {few([_called(made, row, place) for row, place in missing])}"


def _called(made: Pivot, row: Names, place: Names) -> str:
    return " × ".join([*filter(None, row), *([column_name(made, place)] if made.columns else [])])


def _seeds(made: Pivot) -> Iterator[str]:
    """Means over different seeds are not paired, and those over fewer are less certain."""
    by_seeds: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for (row, place), entry in made.entries.items():
        if entry.values:
            by_seeds[entry.seeds].append(_called(made, row, place))
    if len(by_seeds) > 1:
        usual = max(by_seeds, key=lambda seeds: (len(by_seeds[seeds]), len(seeds)))
        yield f"unequal seeds: most cells have {len(usual)} ({_listed(usual)})"
        for seeds, names in by_seeds.items():
            if seeds != usual:
                yield f"unequal seeds: only {len(seeds)} ({_listed(seeds)}) in {few(names)}"


def _listed(seeds: tuple[int, ...]) -> str:
    return ", ".join(map(str, seeds))


def _splits(made: Pivot) -> Iterator[str]:
    names = [_called(made, *where) for where, entry in made.entries.items() if entry.is_split(made.quantity)]
    if names:
        yield f"† the seeds split in two groups, and the mean describes neither: {few(names)}"


def _failures(made: Pivot) -> Iterator[str]:
    for where, entry in made.entries.items():
        reasons: dict[tuple[str, str], int] = defaultdict(int)
        for failure in entry.failures:
            reasons[failure.status, failure.reason] += 1
        for (status, reason), number in reasons.items():
            why = f": {reason}" if reason else ""
            yield f"failed: {_called(made, *where)}: {status} {number}/{entry.total}{why}"
