"""How a run is spread over the machine: target, worker processes, threads, replicas in a job."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analogbench.errors import UsageError
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job, pack
from analogbench.records.machine import available_cores, has_nvidia_driver

if TYPE_CHECKING:
    from analogbench.registry import Registry

STACK = {"cpu": 16, "cuda": 64}
"""How many replicas a job holds at most, where the user does not say."""

PROBE = "import sys, torch; sys.exit(not torch.cuda.is_available())"


@dataclass(frozen=True)
class Size:
    """The jobs, and how many workers of each target train them, with so many threads each."""

    jobs: tuple[Job, ...]
    workers: Mapping[str, int]
    threads: int


@dataclass(frozen=True)
class Limits:
    """What the user asks for; None leaves the choice to `size_up`. stack: replicas in a job, at most."""

    workers: int | None = None
    threads: int | None = None
    stack: int | None = None


def choose_target(wanted: str) -> str:
    """ "cpu" or "cuda" for "auto", "cpu" or "cuda". Raises UsageError where CUDA is asked for and not there."""
    if wanted == "cpu":
        return "cpu"
    if cuda_is_available():
        return "cuda"
    if wanted == "cuda":
        raise UsageError("there is no CUDA GPU that torch can use on this machine; run with --target cpu")
    return "cpu"


@functools.cache
def cuda_is_available() -> bool:
    """Asks torch, in a process of its own since its import takes seconds, and not at all where there is no driver."""
    if not has_nvidia_driver():
        return False
    return subprocess.run([sys.executable, "-c", PROBE], capture_output=True, check=False).returncode == 0


def target_of(job: Job, registry: Registry, target: str) -> str:
    """Where `job` is trained in a run on `target`: on the CPU if its device cannot be anywhere else."""
    if target == "cpu":
        return "cpu"
    return target if target in registry.device(job.cells[0].device.name).value.targets() else "cpu"


def size_up(cells: Sequence[Cell], registry: Registry, target: str, limits: Limits) -> Size:
    """Pack `cells` into jobs; by default for one worker on each core, or one on a GPU, that together use all cores.

    A larger job spends less time on each of its cells, but no worker should be without one. Cells that cannot be
    trained on the GPU are trained meanwhile on the cores that are left. Numbers do not depend on any of this.
    """
    cores = available_cores()
    wanted = limits.workers or (1 if target == "cuda" else cores)
    jobs = _packed(cells, registry, limits.stack or STACK[target], wanted)
    placed = Counter(target_of(job, registry, target) for job in jobs)
    workers = {place: max(1, min(wanted if place == target else cores - 1, number)) for place, number in placed.items()}
    return Size(tuple(jobs), workers or {target: 1}, limits.threads or max(1, cores // max(1, sum(workers.values()))))


def _packed(cells: Sequence[Cell], registry: Registry, limit: int, workers: int) -> list[Job]:
    """The largest jobs, of `limit` replicas at most, that are enough for all workers; single cells if none are."""
    for size in range(limit, 1, -1):
        jobs = pack(cells, registry, size)
        if len(jobs) >= workers:
            return jobs
    return pack(cells, registry, 1)
