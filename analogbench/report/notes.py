"""What a reader must know beside the numbers of a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from analogbench.records.record import MetricInfo
from analogbench.report.digits import count, short
from analogbench.report.machines import letters
from analogbench.report.natural import natural
from analogbench.report.ranking import Board, Row
from analogbench.report.statistics import split, summarise
from analogbench.report.statistics.summary import BOOTSTRAP_FROM, Method

STALE = "§"
"""Marks what was made by other code than is installed now."""


MOST_NAMED = 6
"""What a note names one by one; of more it says how many there are."""


def heading(board: Board) -> str:
    """`mnist-fcn · MNIST-5k · quick`."""
    return " · ".join((board.task, board.data or "data unknown", board.budget))


def axis_title(metric: MetricInfo) -> str:
    """`test accuracy [%]`."""
    return f"{metric.title} [{metric.unit}]" if metric.unit else metric.title


def notes(board: Board) -> list[str]:
    """The lines under a table."""
    parts = (_meaning, _seeds, _splits, _failures, _missing, _stale, _origins)
    return [note for part in parts for note in part(board)]


def _meaning(board: Board) -> Iterator[str]:
    yield f"data: {board.data or 'unknown, no cell got as far as loading it'}; budget: {board.budget}"
    if board.metric is None:
        return
    better = "higher" if board.metric.higher_is_better else "lower"
    how = method_text({row.summary.method for row in board.rows if row.summary})
    spread = f"mean ± sample standard deviation over the seeds, {how}"
    yield f"{axis_title(board.metric)}, {better} is better: {spread}"
    reference = next((row for row in board.rows if row.is_reference and row.values), None)
    if reference:
        yield f"gap: {'ratio' if board.metric.log_axis else 'difference'} of the mean to that of {reference.name}"


def method_text(methods: Collection[Method]) -> str:
    """Which interval the tables hold. methods: of all their rows."""
    if "BCa" not in methods:
        return "95 % t-interval of the mean"
    if "t" not in methods:
        return "95 % BCa bootstrap interval of the mean"
    return f"95 % interval of the mean: BCa bootstrap from {BOOTSTRAP_FROM} seeds on, Student's t of fewer"


def _seeds(board: Board) -> Iterator[str]:
    """Means over different seeds are not paired, and those over fewer are less certain."""
    by_seeds: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for row in board.rows:
        if row.values:
            by_seeds[row.seeds].append(row.name)
    if len(by_seeds) < 2:
        return
    usual = max(by_seeds, key=lambda seeds: (len(by_seeds[seeds]), len(seeds)))
    yield f"unequal seeds: most rows have {_listed(usual)}"
    for seeds, names in by_seeds.items():
        if seeds != usual:
            yield f"unequal seeds: only {_listed(seeds)} in {', '.join(names)}"


def _listed(seeds: tuple[int, ...]) -> str:
    return f"{len(seeds)} ({', '.join(str(seed) for seed in seeds)})"


def is_split(row: Row, metric: MetricInfo | None) -> bool:
    """Whether the row's mean lies between two groups of seeds and describes neither."""
    return metric is not None and split(row.values, metric) is not None


def _splits(board: Board) -> Iterator[str]:
    metric = board.metric
    for row in board.rows:
        groups = split(row.values, metric) if metric else None
        if metric and groups:
            best_first = sorted(groups, key=lambda group: summarise(group).mean, reverse=metric.higher_is_better)
            parts = [f"{len(group)} of {len(row.values)} near {_near(group, metric)}" for group in best_first]
            yield f"† seeds split: {row.name}: {', '.join(parts)}; the mean describes neither"


def _near(group: list[float], metric: MetricInfo) -> str:
    return f"{short(summarise(group).mean * metric.scale)} {metric.unit}".strip()


def _failures(board: Board) -> Iterator[str]:
    ranked = [row for row in board.rows if row.values]
    if len({bool(row.failures) for row in ranked}) > 1:
        yield "rows with failed seeds rank below complete ones"
    for row in board.rows:
        seeds: dict[tuple[str, str], list[int]] = defaultdict(list)
        for failure in row.failures:
            seeds[failure.status, failure.reason].append(failure.seed)
        for (status, reason), which in seeds.items():
            why = f": {reason}" if reason else ""
            yield f"failed: {row.name}: {status} {len(which)}/{row.total}{why}"


def _missing(board: Board) -> Iterator[str]:
    """Pairs of what is in the table that have no row, as far as they may fit each other: neither is of the reference,
    nor does the device only have rules that are native to it."""
    goals = [row for row in board.rows if row.is_reference]
    digital = ({row.algorithm for row in goals}, {row.device for row in goals})
    rows = [row for row in board.rows if row.algorithm not in digital[0] and row.device not in digital[1]]
    algorithms, devices = {row.algorithm for row in rows}, {row.device for row in rows if not row.native}
    there = {(row.algorithm, row.device) for row in rows}
    pairs = [(a, d) for a in sorted(algorithms, key=natural) for d in sorted(devices, key=natural)]
    if missing := [f"{a} × {d}" for a, d in pairs if (a, d) not in there]:
        yield f"not recorded: {few(missing)}"


def few(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - MOST_NAMED
    return "; ".join(names[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _stale(board: Board) -> Iterator[str]:
    """Which rows are of other code, and which of that and of the installed one."""
    number, total = sum(row.stale for row in board.rows), sum(row.total for row in board.rows)
    if number == total:
        yield f"{STALE} stale: all {total} records were made by other code than is installed now"
    elif number:
        rows = [f"{row.name} ({_share(row)})" for row in board.rows if row.stale]
        yield f"{STALE} stale, made by other code than is installed now: {number} of {total} records: {', '.join(rows)}"


def _share(row: Row) -> str:
    if row.stale == row.total:
        return f"all {row.total}"
    return f"{row.stale} of {row.total}: its numbers mix stale and current records"


def _origins(board: Board) -> Iterator[str]:
    native = [row.name for row in board.rows if row.native]
    if native:
        yield f"native to the device, not composed of tiles: {', '.join(native)}"
    by_chance = dict.fromkeys(row.device for row in board.rows if not row.reproducible)
    if by_chance:
        yield f"reproducible in distribution only, not digit for digit: rows on {', '.join(by_chance)}"
    uncounted = [row.name for row in board.rows if row.values and row.pulses is None]
    if uncounted:
        yield f"pulses are not counted by the simulator: {', '.join(uncounted)}"
    if len(board.commits) > 1:
        yield f"records of {len(board.commits)} commits: {', '.join(commit[:9] for commit in board.commits)}"
    if len(board.machines) > 1:
        named = "; ".join(f"{letter}: {machine}" for machine, letter in letters(board.machines).items())
        yield f"seconds of {len(board.machines)} machines are neither comparable nor averaged: {named}"
    if board.superseded:
        yield f"{count(board.superseded)} older record(s) of the same cells not used"
