"""What further cores bring: the same replicas as one worker, as a worker on each core, and as threads of a process."""

from __future__ import annotations

import os
from dataclasses import dataclass

from analogbench.bench.cases import Case
from analogbench.bench.children import Child, ChildError, Variables, children, ready, stepped
from analogbench.bench.orders import Order

REPLICAS, TRIAL = 8, 3
"""Replicas in all, and steps before the rounds that tell how long a step takes."""

ONE, WORKERS, THREADS = "one core", "workers", "threads"
"""One process on one core; a process on each core, as `analogbench run` does it; one process with a thread for each."""


@dataclass(frozen=True)
class Plan:
    """How long is measured, and on how many cores."""

    cores: int
    seconds: float
    rounds: int


@dataclass(frozen=True)
class Scaling:
    """Seconds in which all replicas make a step, a number for each round, by the way they are spread over cores."""

    case: Case
    cores: int
    seconds: dict[str, list[float]]
    steps: dict[str, int]
    reason: str = ""

    def speedups(self, way: str) -> list[float]:
        """How many times faster than on one core, in each round."""
        return [one / other for one, other in zip(self.seconds[ONE], self.seconds[way], strict=True)]


def cores_here() -> list[int]:
    """The numbers of the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def scaling(case: Case, plan: Plan, variables: Variables) -> Scaling:
    """Measure a case on the CPU; what goes wrong is part of the answer."""
    ways = _orders(case, plan)
    orders = [order for own in ways.values() for order in own]
    try:
        with children(orders, variables) as started:
            rest = iter(started)
            groups = {way: [next(rest) for _ in own] for way, own in ways.items()}
            return _measured(case, plan, groups)
    except ChildError as error:
        return Scaling(case, plan.cores, {}, {}, str(error))


def _orders(case: Case, plan: Plan) -> dict[str, list[Order]]:
    cores = cores_here()[: plan.cores]
    base = Order(kind="serve", cell=case.cell, replicas=REPLICAS, seconds=plan.seconds, cores=tuple(cores[:1]))
    shares = [REPLICAS * (i + 1) // plan.cores - REPLICAS * i // plan.cores for i in range(plan.cores)]
    each = [{"replicas": share, "cores": (core,)} for share, core in zip(shares, cores, strict=True)]
    return {
        ONE: [base],
        WORKERS: [base.model_copy(update=own) for own in each],
        THREADS: [base.model_copy(update={"threads": plan.cores, "cores": tuple(cores)})],
    }


def _measured(case: Case, plan: Plan, groups: dict[str, list[Child]]) -> Scaling:
    """Rounds of all ways, one after another. Raises ChildError."""
    for group in groups.values():
        for child in group:
            ready(child)
    steps = {way: _block(group, plan) for way, group in groups.items()}
    seconds: dict[str, list[float]] = {way: [] for way in groups}
    for _ in range(plan.rounds):
        for way, group in groups.items():
            seconds[way].append(_step(group, steps[way]))
    return Scaling(case, plan.cores, seconds, steps)


def _block(group: list[Child], plan: Plan) -> int:
    """How many steps fill a round. They warmed up all at once, so what they say of their own steps is of no use."""
    return max(1, round(plan.seconds / plan.rounds / _step(group, TRIAL)))


def _step(group: list[Child], steps: int) -> float:
    """Seconds of a step of all replicas: those of the slowest process, since they step at the same time."""
    for child in group:
        child.tell(str(steps))
    return max([stepped(child) for child in group]) / steps
