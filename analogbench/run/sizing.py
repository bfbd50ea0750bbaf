"""How a run is spread over the machine: target, worker processes, threads, replicas in a job."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections import defaultdict
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
    """The jobs, and how many workers of each target train them, with so many threads each. memory: bytes that the
    workers of a target may use together, if the user says so."""

    jobs: tuple[Job, ...]
    workers: Mapping[str, int]
    threads: int
    memory: int | None = None


@dataclass(frozen=True)
class Limits:
    """What the user asks for; None leaves the choice to `size_up`. stack: replicas in a job, at most. memory: bytes
    that the workers of a target may use together."""

    workers: int | None = None
    threads: int | None = None
    stack: int | None = None
    memory: int | None = None

    def check(self, cores: int) -> None:
        """Raises UsageError where workers and threads would need more cores than there are."""
        needed = (self.workers or 1) * (self.threads or 1)
        if needed > cores:
            options = {"--workers": self.workers, "--threads": self.threads}
            given = " with ".join(f"{name} {number}" for name, number in options.items() if number)
            raise UsageError(
                f"{given} would need {needed} cores, but this program may use {cores}: workers × threads must be "
                f"{cores} at most"
            )


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
    return _place(job.cells[0], registry, target)


def size_up(cells: Sequence[Cell], registry: Registry, target: str, limits: Limits, begun: Sequence[Job] = ()) -> Size:
    """Pack `cells` into jobs; by default for one worker on each core, or one on a GPU, that together use all cores.

    begun: jobs of some of the cells that are to stay as they are.

    A larger job spends less time on each of its cells, but no worker should be without one. Cells that cannot be
    trained on the GPU are trained meanwhile on the cores that are left. Numbers do not depend on any of this.
    Raises UsageError where the workers' threads would be more than the cores.
    """
    cores = available_cores()
    limits.check(cores)
    most = cores // (limits.threads or 1)
    places = {_place(cell, registry, target) for cell in cells}
    wanted = {place: _most_workers(place, len(places), limits.workers, most) for place in places}
    jobs, workers = spread(cells, registry, target, wanted, limits.stack, begun)
    room = max(1, cores // max(1, sum(workers.values())))
    threads = min(limits.threads or (1 if _single(cells, registry) else room), room)
    return Size(tuple(jobs), workers or {target: 1}, threads, limits.memory)


def spread(  # noqa: PLR0913, PLR0917 - each is something else
    cells: Sequence[Cell],
    registry: Registry,
    target: str,
    wanted: Mapping[str, int],
    stack: int | None,
    begun: Sequence[Job] = (),
) -> tuple[list[Job], dict[str, int]]:
    """The jobs, and how many of the `wanted` workers of each target they can keep busy. stack, begun: see `size_up`."""
    places: dict[str, list[Cell]] = defaultdict(list)
    kept = {cell.key for job in begun for cell in job.cells}
    for cell in cells:
        places[_place(cell, registry, target)] += [] if cell.key in kept else [cell]
    jobs: list[Job] = []
    workers: dict[str, int] = {}
    for place, own in places.items():
        packed = [job for job in begun if target_of(job, registry, target) == place]
        packed += _packed(own, registry, stack or STACK[place], max(1, wanted[place] - len(packed)))
        workers[place] = min(wanted[place], len(packed))
        jobs += packed
    return jobs, workers


def _place(cell: Cell, registry: Registry, target: str) -> str:
    if target == "cpu":
        return "cpu"
    try:
        return target if target in registry.device(cell.device.name).value.targets() else "cpu"
    except Exception:  # of the plugin; its cells fail in their worker and say so
        return target


def _most_workers(place: str, places: int, asked: int | None, most: int) -> int:
    """As many as are asked for, else one on a GPU and one for all other cores. most: on all places together; where
    there are two, the cores go to the CPU's first, except for one: a GPU's worker keeps a core busy, too."""
    if places == 1:
        return asked or (1 if place == "cuda" else most)
    others = max(1, min(asked or most, most - 1))
    return others if place == "cpu" else max(1, min(asked or 1, most - others))


def _single(cells: Sequence[Cell], registry: Registry) -> bool:
    """Whether no device allows more than one replica a job: such simulators have no use for a second thread."""
    limits = {registry.device(cell.device.name).value.most_replicas for cell in cells}
    return limits == {1}


def _packed(cells: Sequence[Cell], registry: Registry, limit: int, workers: int) -> list[Job]:
    """The largest jobs, of `limit` replicas at most, that are enough for all workers; single cells if none are."""
    for size in range(limit, 1, -1):
        jobs = pack(cells, registry, size)
        if len(jobs) >= workers:
            return jobs
    return pack(cells, registry, 1)
