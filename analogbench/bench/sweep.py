"""The order in which everything is measured: by target, task and case, with ever more replicas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analogbench.bench.cases import Case
from analogbench.bench.children import Variables, measured
from analogbench.bench.orders import Measured, Order
from analogbench.bench.rows import Row


@dataclass(frozen=True)
class Settings:
    """What the user asks for. memory: bytes, None: a part of what is free."""

    replicas: tuple[int, ...]
    targets: tuple[str, ...]
    seconds: float
    rounds: int
    threads: int
    memory: float | None = None


def count(cases: Sequence[Case], settings: Settings) -> int:
    """How many rows there will be."""
    return sum(len(case.replicas(settings.replicas)) for _, case in _places(cases, settings))


def sweep(cases: Sequence[Case], settings: Settings, variables: Variables) -> Iterator[Row]:
    """Measure all cases, each row as it is there. Once a number of replicas is too large, larger ones are not tried."""
    for target, case in _places(cases, settings):
        before = ""
        for replicas in sorted(case.replicas(settings.replicas)):
            if before:
                yield Row(case, target, replicas, Measured(status="skipped", reason=before))
                continue
            row = Row(case, target, replicas, measured(_order(case, target, replicas, settings), variables))
            if row.measured.status != "ok":
                before = f"not tried, since R={replicas} was {row.measured.status}"
            yield row


def _places(cases: Sequence[Case], settings: Settings) -> Iterator[tuple[str, Case]]:
    for target in settings.targets:
        yield from ((target, case) for case in cases if target in case.targets)


def _order(case: Case, target: str, replicas: int, settings: Settings) -> Order:
    return Order(
        cell=case.cell,
        replicas=replicas,
        target=target,
        reference=case.reference,
        reference_target=target if target in case.reference_targets else "cpu",
        baseline=case.baseline,
        seconds=settings.seconds,
        rounds=settings.rounds,
        threads=settings.threads,
        memory=settings.memory,
        # how many pulses the reference's simulator gives is its own affair
        bounded=not case.is_reference,
    )
