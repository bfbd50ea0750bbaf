"""Measures one case: rounds in which the case, its reference, its baseline and the machine are timed one after another.

Neighbours on the machine make a second's work take two now and then. So all that is to be compared is kept alive and
timed within the same round, and a ratio is made of each round by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from analogbench.bench.bound import Work, array_bytes, work_of_step
from analogbench.bench.memory import SHARE, free_memory, need_of
from analogbench.bench.orders import Measured, Order
from analogbench.bench.probes import Probes
from analogbench.bench.stepping import Walk, walk_of
from analogbench.errors import UnavailableError
from analogbench.grid.cell import Cell
from analogbench.registry import Registry

WARM_SHARE, LEAST_WARM = 3.0, 2.0
"""How long a job warms up at most: so many times its measuring time, but at least so many seconds."""

GIB = 2.0**30


@dataclass
class Clock:
    """Times blocks of steps of one job. steps: of a block. seconds: of a step, of each block so far."""

    walk: Walk
    steps: int
    seconds: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, walk: Walk, order: Order) -> Clock:
        """Warm the job up and choose blocks that fill the order's seconds with its rounds."""
        step = walk.warm_up(max(LEAST_WARM, WARM_SHARE * order.seconds))
        return cls(walk, max(1, round(order.seconds / order.rounds / step)))

    def block(self) -> None:
        """Time one more block."""
        self.seconds.append(self.walk.timed(self.steps) / self.steps)


def measure(order: Order, registry: Registry) -> Measured:
    """Carry out an order in this process. Raises whatever a plugin raises about the case itself."""
    as_in_training()
    if too_large := _too_large(order, registry):
        return Measured(status="skipped", reason=too_large)
    notes: list[str] = []
    case = Clock.of(walk_of(order.cell, order.replicas, order.target, registry), order)
    beside = _beside(order, case, registry, notes)
    work = work_of_step(case.walk) if order.bounded else Work()
    probes = Probes(torch.device(order.target), array_bytes(case.walk), order.threads)
    machine = _rounds([case, *(clock for clock in beside.values() if clock is not case)], probes, order.rounds)
    if not bool(torch.isfinite(case.walk.training.losses[:, case.walk.training.step - 1]).all()):
        notes.append("the loss was no longer finite")
    return Measured(
        seconds=tuple(case.seconds),
        steps=case.steps,
        reference=tuple(beside["reference"].seconds) if "reference" in beside else (),
        baseline=tuple(beside["baseline"].seconds) if "baseline" in beside else (),
        bound=tuple(work.seconds(*able) for able in machine) if order.bounded else (),
        bandwidth=tuple(bandwidth for bandwidth, _ in machine),
        throughput=tuple(throughput for _, throughput in machine),
        bytes=work.bytes,
        operations=work.operations,
        device=torch.cuda.get_device_name() if order.target == "cuda" else "",
        notes=tuple(notes),
    )


def _rounds(clocks: Sequence[Clock], probes: Probes, number: int) -> list[tuple[float, float]]:
    """Time a block of each, round after round; returns bandwidth and throughput of the machine in each round."""
    machine = []
    for _ in range(number):
        for clock in clocks:
            clock.block()
        machine.append((probes.bandwidth(), probes.throughput()))
    return machine


def as_in_training() -> None:
    """What `engine.train.train` sets before it trains: one thread for torch, beside those of the kernels."""
    torch.set_num_threads(1)


def _beside(order: Order, case: Clock, registry: Registry, notes: list[str]) -> dict[str, Clock]:
    """The reference and the baseline; what cannot be had is noted. The baseline may be the case itself."""
    found: dict[str, Clock] = {}
    wanted: dict[str, tuple[Cell | None, int, str]] = {
        "reference": (order.reference, 1, order.reference_target),
        "baseline": (order.baseline, order.replicas, order.target),
    }
    for name, (cell, replicas, target) in wanted.items():
        if cell is None:
            continue
        if cell == order.cell:
            found[name] = case
            continue
        try:
            found[name] = Clock.of(walk_of(cell, replicas, target, registry), order)
            notes += [f"{name} on {target}"] if target != order.target else []
        except Exception as error:  # of a plugin: the case can be measured without it
            notes.append(f"no {name}: {reason(error)}")
    return found


def _too_large(order: Order, registry: Registry) -> str:
    """Why the order would not fit into memory, in one line; empty if it does."""
    free = free_memory(order.target)
    limit = order.memory if order.memory is not None else None if free is None else SHARE * free
    if limit is None:
        return ""
    beside = [order.baseline] if order.baseline and order.baseline != order.cell else []
    need = sum(need_of(cell, order.replicas, order.target, registry) for cell in (order.cell, *beside))
    if need <= limit:
        return ""
    why = "--memory" if order.memory is not None else f"{SHARE:.0%} of what is free"
    return f"needs about {need / GIB:.1f} GiB, more than {limit / GIB:.1f} GiB ({why})"


def reason(error: BaseException) -> str:
    """One line: an error of ours speaks for itself, any other needs its type's name."""
    text = " ".join(str(error).split())
    return text if isinstance(error, UnavailableError) else f"{type(error).__name__}: {text}".removesuffix(": ")
