"""Two sides against each other, in every setting that they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analogbench.errors import UsageError
from analogbench.records.record import MetricInfo, Record
from analogbench.report.compare.goals import Goal, target
from analogbench.report.compare.matching import Match, Matches, Place, Seeds, match
from analogbench.report.compare.sides import Side
from analogbench.report.frame import Kept
from analogbench.report.machines import machine_of
from analogbench.report.quantity import COSTS, TIMES, compared_by, declared_in, has_value, value_of
from analogbench.report.statistics.paired import Pair, Paired, corrected, paired
from analogbench.report.statistics.significance import sign_test
from analogbench.report.statistics.targets import Curve, Reach, Target, reach


@dataclass(frozen=True)
class Request:
    """What to compare. devices: labels of those that count; None for all. key: the number to compare by; None for the
    ranking metric. goal: the target of the learning curves."""

    a: Side
    b: Side
    devices: Sequence[str] | None = None
    key: str | None = None
    goal: Goal = field(default_factory=Goal)


@dataclass(frozen=True)
class Duel:
    """One setting.

    only_a, only_b: seeds that the other side lacks. unknown: seeds without the number, such as pulses that nobody
    counted, or of two machines, whose seconds are not comparable; they have no pair. failures: of each side, why, with
    the seeds. stale: how many of the records were made by other code than is installed now. target: of the learning
    curves, None where none can be said; reach_a, reach_b: how each gets there, over the seeds that both have.
    """

    place: Place
    metric: MetricInfo
    paired: Paired
    only_a: tuple[int, ...]
    only_b: tuple[int, ...]
    unknown: tuple[int, ...]
    failures: tuple[Mapping[str, Sequence[int]], Mapping[str, Sequence[int]]]
    stale: int
    target: Target | None
    reach_a: Reach | None
    reach_b: Reach | None


@dataclass(frozen=True)
class Result:
    """All of it. missing: settings with no number in common, by why. won, lost: settings where `a` or `b` is ahead.

    p: of the sign test over them, which takes settings as independent.
    """

    a: Side
    b: Side
    duels: tuple[Duel, ...]
    missing: Mapping[str, tuple[Place, ...]]
    won: int
    lost: int
    p: float

    @property
    def level(self) -> int:
        """In how many settings neither is ahead."""
        return len(self.duels) - self.won - self.lost


def compare(kept: Iterable[Kept], request: Request) -> Result:
    """Compare two sides in all settings that they share. Raises UsageError where there is nothing to compare."""
    records, a, b = list(kept), request.a, request.b
    matches = match(records, a, b, request.devices)
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for one in records:
        groups[one.record.labels.task, one.data, one.record.cell.budget].append(one.record)
    declared = declared_in(one.record for one in records)
    found = {one.place: _duel(one, groups[one.place[:3]], request, declared) for one in matches.shared}
    duels = [duel for duel in found.values() if duel]
    if not duels:
        raise UsageError(f"no seed that {a} and {b} share ended with {request.key or 'a number to rank by'}")
    both = corrected([duel.paired for duel in duels])
    duels = [replace(duel, paired=one) for duel, one in zip(duels, both, strict=True)]
    won, lost = (sum(1 for duel in duels if duel.paired.lead == turn) for turn in (1, -1))
    incomparable = {"nothing comparable": tuple(place for place, duel in found.items() if not duel)}
    missing = {why: places for why, places in (_missing(matches, a, b) | incomparable).items() if places}
    return Result(a, b, tuple(duels), missing, won, lost, sign_test(won, lost))


def _missing(matches: Matches, a: Side, b: Side) -> dict[str, tuple[Place, ...]]:
    return {
        f"only {a} is recorded": matches.only_a,
        f"only {b} is recorded": matches.only_b,
        "no seed in common": matches.without_seed,
    }


def _duel(one: Match, group: Sequence[Record], request: Request, declared: Mapping[str, MetricInfo]) -> Duel | None:
    """None if no pair of seeds can be compared. group: all records of the task, data set and budget. declared: ranking
    metrics of all records."""
    rankings = [record.metric for record in group if record.metric]
    if not rankings:
        return None
    metric = compared_by(request.key or rankings[-1].key, {**declared, **declared_in(group)})
    ranked = metric.key == rankings[-1].key
    unknown = tuple(seed for seed in one.seeds if _is_unknown(one, seed, metric, ranked))
    seeds = [seed for seed in one.seeds if seed not in unknown]
    pairs = [Pair(seed, *(value_of(side[seed].record, metric) for side in (one.a, one.b))) for seed in seeds]
    if not pairs or all(pair.a is None and pair.b is None for pair in pairs):
        return None
    goal = target(request.goal, metric, group) if _has_curve(one, metric) else None
    reached = [reach(_curves(side, seeds, metric), goal, metric) if goal else None for side in (one.a, one.b)]
    return Duel(
        place=one.place,
        metric=metric,
        paired=paired(pairs, metric, ratios=metric.key in COSTS),
        only_a=tuple(sorted(one.a.keys() - one.b.keys())),
        only_b=tuple(sorted(one.b.keys() - one.a.keys())),
        unknown=unknown,
        failures=(_failures(one.a, seeds, metric), _failures(one.b, seeds, metric)),
        stale=sum(side[seed].stale for side in (one.a, one.b) for seed in seeds),
        target=goal,
        reach_a=reached[0],
        reach_b=reached[1],
    )


def _is_unknown(one: Match, seed: int, metric: MetricInfo, ranked: bool) -> bool:
    """Whether a cell ended well but has no number to compare, or one that is none beside the other's.

    ranked: whether all cells are ranked by this metric, so that ending without it is a failure.
    """
    a, b = (side[seed].record for side in (one.a, one.b))
    if not ranked and any(record.status == "ok" and not has_value(record, metric) for record in (a, b)):
        return True
    return metric.key in TIMES and a.status == b.status == "ok" and machine_of(a) != machine_of(b)


def _failures(side: Seeds, seeds: Sequence[int], metric: MetricInfo) -> Mapping[str, Sequence[int]]:
    """`diverged: loss is NaN` → the seeds."""
    why: dict[str, list[int]] = defaultdict(list)
    for seed in seeds:
        record = side[seed].record
        if value_of(record, metric) is None:
            status = "no value" if record.status == "ok" else record.status
            why[f"{status}: {record.reason}" if record.reason else status].append(seed)
    return dict(why)


def _has_curve(one: Match, metric: MetricInfo) -> bool:
    return any(metric.key in side[seed].record.curve for side in (one.a, one.b) for seed in one.seeds)


def _curves(side: Seeds, seeds: Sequence[int], metric: MetricInfo) -> list[Curve]:
    return [_curve(side[seed].record, metric) for seed in seeds]


def _curve(record: Record, metric: MetricInfo) -> Curve:
    """What is recorded of a cell's training; nothing where it failed."""
    machine, seed = machine_of(record), record.cell.seed
    if value_of(record, metric) is None:
        return Curve(seed, machine=machine)
    points = zip(record.curve.get("step", ()), record.curve.get(metric.key, ()), strict=False)  # may be ragged
    known = [(step, number) for step, number in points if step is not None and number is not None]
    total = record.steps or max((step for step, _ in known), default=0)
    steps, numbers = [step for step, _ in known], [number for _, number in known]
    return Curve(seed, steps, numbers, total, record.pulses, record.seconds, machine)
