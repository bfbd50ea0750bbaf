"""Whole jobs of the engine, uninterrupted or interrupted and continued, and what is the same of two. Imports torch."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import Any

import torch

from analogbench.engine.outcome import Outcome, Progress
from analogbench.engine.train import train
from analogbench.errors import UnsavableError
from analogbench.grid.jobs import Job
from analogbench.registry import Registry
from analogbench.testing.rules import Broken, demand

CLOSE = {"cpu": 1e-5, "cuda": 1e-2}
"""Relative, by where a job runs. torch may add up a product of five replicas in another order than that of one; on a
GPU it picks its kernels by the shapes, and some pulse may happen or not for the last bit of a number."""


class Interrupted(Exception):  # noqa: N818 - on purpose
    """Ends a job in its middle."""


class Interruption:
    """Keeps the state of a job at one of its looks, as a checkpoint file would, and ends the job there."""

    def __init__(self, look: int) -> None:
        self._look, self._looks, self._file = look, 0, b""

    def load(self) -> dict[str, Any] | None:
        """What was kept; only plain data can be loaded."""
        return torch.load(io.BytesIO(self._file), weights_only=True) if self._file else None

    def due(self) -> bool:
        """Once, at the look."""
        self._looks += 1
        return self._looks == self._look and not self._file

    def save(self, state: Mapping[str, Any]) -> None:
        """Keep the state. Raises Interrupted."""
        buffer = io.BytesIO()
        torch.save(dict(state), buffer)
        self._file = buffer.getvalue()
        raise Interrupted

    def failed(self, error: UnsavableError) -> None:
        """Raises Broken."""
        raise Broken(f"its state cannot be kept: {error}")


def trained(job: Job, registry: Registry, target: str = "cpu", keeper: Interruption | None = None) -> list[Outcome]:
    """How the cells of a job end."""
    return train(job, registry, target, lambda progress: None, keeper)


def unlearnt(job: Job, registry: Registry, goal: float) -> list[Outcome]:
    """How the cells end on the CPU; nothing, and sooner, once the ranking metric of each of them is below `goal`."""
    key = registry.task(job.cells[0].task.name).value.metric.key

    def look(progress: Progress) -> None:
        found = progress.evaluation.values[key] if progress.evaluation else ()
        if found and all(value < goal for value in found):
            raise Interrupted

    try:
        return train(job, registry, "cpu", look)
    except Interrupted:
        return []


def continued(job: Job, registry: Registry, look: int, target: str) -> list[Outcome]:
    """How the cells end of a job that is interrupted at look number `look`, and continued by another one."""
    keeper = Interruption(look)
    try:
        trained(job, registry, target, keeper)
    except Interrupted:
        torch.manual_seed(1)  # another process would be somewhere else, too
        return trained(job, registry, target, keeper)
    raise Broken(f"the job ended before it could be interrupted at look {look}")


def demand_same(one: Outcome, two: Outcome, what: str, tolerance: float) -> None:
    """Raise Broken unless the numbers of two cells agree. what: the two, such as "alone and stacked"."""
    demand(one.status == two.status, f"{what}: {one.status} and {two.status}; {one.reason or two.reason}")
    numbers = [{**outcome.metrics, "pulses": outcome.pulses} for outcome in (one, two)]
    for name, first in numbers[0].items():
        second = numbers[1][name]
        alike = math.isclose(first, second, rel_tol=tolerance, abs_tol=1e-12) or (
            math.isnan(first) and math.isnan(second)
        )
        demand(alike, f"{what}: {name} is {first:.7g} and {second:.7g}")
