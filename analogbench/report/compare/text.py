"""A comparison as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tabulate import tabulate

from analogbench.report import digits
from analogbench.report.compare.duels import Duel, Result
from analogbench.report.compare.notes import FAILED, machine_names, notes
from analogbench.report.compare.numbers import difference_interval, difference_text, effect_text, p_text
from analogbench.report.compare.sentence import sentence
from analogbench.report.leaderboard import GAP, WIDTH, wrapped
from analogbench.report.notes import axis_title
from analogbench.report.quantity import value_text
from analogbench.report.statistics import Summary, split
from analogbench.report.statistics.targets import Cost, Reach

NARROWEST = 12

_HEADERS = ("device", "A", "B", "", "95 % interval", "g", "P(A > B)", "w:l:t", "p", "p (Holm)")
_REACH_HEADERS = ("device", "steps A", "steps B", "pulses A", "pulses B", "seconds A", "seconds B")


def comparison_text(result: Result) -> str:
    """Tables, notes, and the sentence that sums them up."""
    parts = [f"A: {result.a}\nB: {result.b}"]
    for _, part in groupby(result.duels, key=lambda duel: duel.place.task_text):
        duels = list(part)
        parts += [duels[0].place.task_text, _values(duels), *_reaches(duels, machine_names(result))]
    parts += ["\n".join(f"  {note}" for note in notes(result)), sentence(result)]
    return "\n".join(line.rstrip() for line in "\n\n".join(parts).splitlines())


def _values(duels: Sequence[Duel]) -> str:
    metric, ratios = duels[0].metric, {duel.paired.ratio for duel in duels}
    difference = f"A − B [{metric.unit}]" if metric.unit else "A − B"
    title = "A / B" if ratios == {True} else difference if ratios == {False} else f"A / B or {difference}"
    headers = [*_HEADERS[:3], title, *_HEADERS[4:]]
    rows = [list(_row(duel)) for duel in duels]
    return f"{axis_title(metric)}\n\n{_table(headers, rows)}"


def _row(duel: Duel) -> Iterator[str]:
    found = duel.paired
    yield duel.place.device
    for summary, failed, side in ((found.a, found.failed_a, 0), (found.b, found.failed_b, 1)):
        yield _mean(duel, summary, side) + (f" {FAILED}" if failed else "")
    yield difference_text(duel)
    yield difference_interval(duel)
    yield effect_text(found.effect)
    yield f"{found.superiority:.2f}"
    yield f"{found.wins}:{found.losses}:{found.ties}"
    yield p_text(found.p)
    yield p_text(found.p_holm)


def _mean(duel: Duel, summary: Summary | None, side: int) -> str:
    """side: 0 of `a`, 1 of `b`."""
    if summary is None:
        return digits.NOTHING
    values = [(pair.a, pair.b)[side] for pair in duel.paired.pairs]
    mark = " †" if split([value for value in values if value is not None], duel.metric) else ""
    return digits.mean_sd(summary.scaled(duel.metric.scale), duel.metric.log_axis) + mark


def _reaches(duels: Sequence[Duel], machines: dict[str, str]) -> Iterator[str]:
    """The table of times to the target, if a curve has one."""
    there = [(duel, duel.reach_a, duel.reach_b) for duel in duels if duel.target]
    if not there:
        return
    (first, *_), metric = there[0], there[0][0].metric
    assert first.target  # of all that are there
    rows = [[duel.place.device, *_reach_row(a, b, machines)] for duel, a, b in there if a and b]
    goal = value_text(first.target.value, metric)
    yield f"learning curves to {metric.title} {goal}: {first.target.why}\n\n{_table(_REACH_HEADERS, rows)}"


def _reach_row(a: Reach, b: Reach, machines: dict[str, str]) -> Iterator[str]:
    yield from (_steps(side) for side in (a, b))
    yield from (digits.count(_median(side.pulses)) for side in (a, b))
    yield from (_seconds(side, machines) for side in (a, b))


def _steps(side: Reach) -> str:
    """`920`, `7600, not reached 1/3`, `not reached 3/3`."""
    median = _median(side.steps)
    parts = [f"{median:.7g}"] if median is not None else []
    parts += [f"not reached {side.censored}/{len(side.seeds)}"] if side.censored else []
    return ", ".join(parts)


def _median(cost: Cost | None) -> float | None:
    return cost.median if cost else None


def _seconds(side: Reach, machines: dict[str, str]) -> str:
    """One time for each machine."""
    times = [(machines.get(name, ""), cost.median) for name, cost in side.seconds.items()]
    texts = [f"{name} {digits.seconds(median)}".strip() for name, median in times if median is not None]
    return ", ".join(texts) or digits.NOTHING


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """As wide as the terminal's tables may be: the devices' labels are wrapped where they must be.

    As tabulate's "simple", without the padding that it gives to headers: there is no room to spare.
    """
    widths = [max(len(row[i]) for row in [headers, *rows]) for i in range(len(headers))]
    room = max(WIDTH - sum(widths[1:]) - GAP * (len(widths) - 1), NARROWEST)
    cells = [[wrapped(row[0], room, hard=True), *row[1:]] for row in rows]
    rule = ["-" * min(widths[0], room), *("-" * width for width in widths[1:])]
    align = ("left", *["right"] * (len(headers) - 1))
    return str(tabulate([headers, rule, *cells], (), "plain", disable_numparse=True, colalign=align))
