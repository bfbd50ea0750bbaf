"""What a reader must know beside the tables of a comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from analogbench.report.compare.duels import Duel, Result
from analogbench.report.compare.matching import Place
from analogbench.report.compare.numbers import seeds_text
from analogbench.report.notes import STALE, method_text
from analogbench.report.quantity import TIMES
from analogbench.report.statistics import split

FAILED = "‡"
"""Marks the mean of a row of which seeds failed."""

MOST = 6
"""So many settings are named one by one."""


def notes(result: Result) -> list[str]:
    """The lines below the tables."""
    parts = (_meaning, _tests, _failures, _missing, _seeds, _splits, _unknown, _targets, _stale)
    return [note for part in parts for note in part(result)]


def _meaning(result: Result) -> Iterator[str]:
    yield "A, B: mean ± sample standard deviation over the seeds that both have; the same seed is the same start"
    summaries = [duel.paired.difference for duel in result.duels if duel.paired.difference]
    how = method_text({summary.method for summary in summaries})
    if any(duel.paired.ratio for duel in result.duels):
        yield f"A / B: geometric mean of the ratios within a seed; {how}"
    if not all(duel.paired.ratio for duel in result.duels):
        yield f"A − B: mean ± sample standard deviation of the differences within a seed; {how}"
    yield "g: mean over standard deviation of these (d_z, Hedges' correction), positive where A is better"
    yield "P(A > B): share of seeds in which A is better, ties counting half; w:l:t: seeds that A won, lost, tied"


def _tests(result: Result) -> Iterator[str]:
    yield "p: Wilcoxon's signed-rank test over the seeds, two-sided, exact"
    number = len(result.duels)
    if number > 1:
        yield f"Holm: corrected for {number} comparisons"
        yield "sign test: takes the settings as independent; they share seeds, so its p is rather too small"
    worst = max(result.duels, key=lambda duel: duel.paired.least_p)
    where = f"on {worst.place}, " if len({duel.paired.least_p for duel in result.duels}) > 1 else ""
    yield f"{where}with {seeds_text(worst.paired)} p cannot be below {worst.paired.least_p:.2g}"


def _failures(result: Result) -> Iterator[str]:
    found = False
    for duel in result.duels:
        for side, failures in zip((result.a, result.b), duel.failures, strict=True):
            for why, seeds in failures.items():
                found = True
                yield f"{FAILED} failed: {side.algorithm} on {duel.place}: {why} (seed {_listed(seeds)})"
    if found:
        yield (
            f"{FAILED} a failed seed has lost to one that did not fail, and p takes it for the largest difference; two "
            "failures tie; means, differences and g leave such seeds out"
        )


def _listed(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds))


def _missing(result: Result) -> Iterator[str]:
    for why, places in result.missing.items():
        yield f"not compared, {why}: {_named(places)}"


def _named(places: Sequence[Place]) -> str:
    """The settings, those of a task together."""
    by_task: dict[str, list[str]] = defaultdict(list)
    for place in places[:MOST]:
        by_task[place.task_text].append(place.device)
    more = f"; and {len(places) - MOST} more" if len(places) > MOST else ""
    return "; ".join(f"{task} on {', '.join(devices)}" for task, devices in by_task.items()) + more


def _seeds(result: Result) -> Iterator[str]:
    """Unequal seeds: what one has and the other lacks is not used."""
    for side, which in ((result.a, "only_a"), (result.b, "only_b")):
        by_seeds: dict[tuple[int, ...], list[Place]] = defaultdict(list)
        for duel in result.duels:
            by_seeds[getattr(duel, which)].append(duel.place)
        for seeds, places in by_seeds.items():
            if seeds:
                yield f"unequal seeds: only {side} has {_listed(seeds)}, which do not count: {_named(places)}"


def _splits(result: Result) -> Iterator[str]:
    if any(_is_split(duel) for duel in result.duels):
        yield "† the seeds fall into two groups, such as trained and stuck at chance: their mean describes neither"


def _is_split(duel: Duel) -> bool:
    pairs = duel.paired.pairs
    sides = ([pair.a for pair in pairs], [pair.b for pair in pairs])
    return any(split([value for value in values if value is not None], duel.metric) for values in sides)


def _unknown(result: Result) -> Iterator[str]:
    for duel in result.duels:
        if duel.unknown:
            timed = "not timed, or on two machines"
            why = timed if duel.metric.key in TIMES else f"{duel.metric.title} not recorded"
            yield f"not compared, {why}: seed {_listed(duel.unknown)} of {duel.place}"


def _targets(result: Result) -> Iterator[str]:
    if not any(duel.target for duel in result.duels):
        return
    yield (
        "learning curves: the first recorded point that is as good; the median over the seeds, those that have not "
        "reached it being later than all others"
    )
    yield "its pulses and seconds: a step's share of the whole training's; – where half have not reached it, or unknown"
    names = machine_names(result)
    if len(names) > 1:
        named = "; ".join(f"{name}: {machine}" for machine, name in names.items())
        yield f"seconds of {len(names)} machines are neither comparable nor averaged: {named}"


def machine_names(result: Result) -> dict[str, str]:
    """A short name for each machine on which targets were reached; none where there is only one."""
    sides = [side for duel in result.duels for side in (duel.reach_a, duel.reach_b) if side]
    machines = sorted({machine for side in sides for machine in side.seconds})
    return {machine: f"M{i}" if len(machines) > 1 else "" for i, machine in enumerate(machines, 1)}


def _stale(result: Result) -> Iterator[str]:
    number = sum(duel.stale for duel in result.duels)
    if number:
        total = sum(2 * len(duel.paired.pairs) for duel in result.duels)
        yield f"{STALE} stale: {number} of {total} records were made by other code than is installed now"
