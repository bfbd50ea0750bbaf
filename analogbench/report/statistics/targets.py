"""When a learning curve first reaches a target: in steps, pulses and seconds."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analogbench.records.record import MetricInfo


@dataclass(frozen=True)
class Target:
    """value: in the metric's own units. why: how it was chosen, in words."""

    value: float
    why: str


@dataclass(frozen=True)
class Curve:
    """One seed's learning curve of the metric, and what the whole training cost.

    steps, numbers: of equal length, in order; NaN where a point has none. total: steps of the whole training. pulses,
    seconds: of it, None where unknown. A cell that failed has an empty curve.
    """

    seed: int
    steps: Sequence[float] = ()
    numbers: Sequence[float] = ()
    total: float = 0.0
    pulses: float | None = None
    seconds: float | None = None
    machine: str = ""


@dataclass(frozen=True)
class Cost:
    """A cost of reaching the target: the median over all seeds, and the range over those that reached it.

    A seed that has not reached it counts as later than every other, so the median is None where that holds for half of
    them or more: it is not known, only that it is larger than what was trained.
    """

    median: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Reach:
    """How a row reaches its target.

    seeds, reached: all, and those that did, in their order. steps, pulses: what it took; None where no seed reached it,
    or where the pulses of one that did are unknown. seconds: by machine; each over the seeds that it trained.
    """

    seeds: tuple[int, ...]
    reached: tuple[int, ...]
    steps: Cost | None
    pulses: Cost | None
    seconds: Mapping[str, Cost]

    @property
    def censored(self) -> int:
        """How many seeds have not reached the target within their training, or failed."""
        return len(self.seeds) - len(self.reached)


def first_step(curve: Curve, target: float, higher_is_better: bool) -> float | None:
    """The step of the first recorded point that is at least as good as `target`; None if there is none.

    Points between the recorded ones are unknown, so it is late by up to the distance of two.
    """
    for step, number in zip(curve.steps, curve.numbers, strict=True):
        if number >= target if higher_is_better else number <= target:
            return float(step)
    return None


def reach(curves: Sequence[Curve], target: Target, metric: MetricInfo) -> Reach:
    """What it takes a row, one curve for each of its seeds, to reach the target.

    Records hold the pulses and seconds of the whole training only; a step's share of them is taken as the same for all.
    """
    steps = {curve.seed: first_step(curve, target.value, metric.higher_is_better) for curve in curves}
    ours = [(curve, steps[curve.seed]) for curve in curves]
    by_machine: dict[str, list[float | None]] = defaultdict(list)
    for curve, step in ours:
        if curve.machine and (step is None or curve.seconds is not None):
            by_machine[curve.machine].append(_share(curve, step, curve.seconds))
    counted = all(curve.pulses is not None for curve, step in ours if step is not None)
    pulses = [_share(curve, step, curve.pulses) for curve, step in ours]
    timed = {machine: cost for machine, times in by_machine.items() if (cost := _cost(times))}
    return Reach(
        seeds=tuple(curve.seed for curve in curves),
        reached=tuple(curve.seed for curve, step in ours if step is not None),
        steps=_cost(list(steps.values())),
        pulses=_cost(pulses) if counted else None,
        seconds=dict(sorted(timed.items())),
    )


def _share(curve: Curve, step: float | None, whole: float | None) -> float | None:
    return None if step is None or whole is None or not curve.total else whole * step / curve.total


def _cost(numbers: Sequence[float | None]) -> Cost | None:
    """None stands for what was not reached."""
    known = sorted(number for number in numbers if number is not None)
    if not known:
        return None
    padded = [*known, *[math.inf] * (len(numbers) - len(known))]
    half = len(padded) // 2
    middle = padded[half] if len(padded) % 2 else (padded[half - 1] + padded[half]) / 2
    return Cost(None if math.isinf(middle) else middle, known[0], known[-1])
