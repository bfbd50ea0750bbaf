"""Whether a job fits into the memory that its worker may use, asked in the worker before the job begins."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from analogbench.grid.jobs import Job, kind_of
from analogbench.run.failure import is_out_of_memory
from analogbench.run.memory import SHARE, free_memory, own_memory, size_text
from analogbench.run.messages import Settings, TooLarge

if TYPE_CHECKING:
    from analogbench.registry import Registry


class Need(Protocol):
    """What the engine predicts for jobs of one kind."""

    def of(self, replicas: int) -> int:
        """Bytes that so many replicas need at their peak."""

    def fits(self, allowed: int) -> int:
        """How many replicas at most need no more than `allowed` bytes."""


Predict = Callable[[Job, "Registry", str], Need | None]


def shared(settings: Settings, target: str, sharers: int) -> Settings:
    """The settings of `sharers` workers of a target. Called once, before any of them uses memory."""
    memory = settings.memory
    if memory is None and target == "cpu" and settings.predict and (free := free_memory()) is not None:
        memory = int(SHARE * free)
    return replace(settings, target=target, memory=memory, sharers=sharers)


def too_large(settings: Settings, job: Job, registry: Registry, predict: Predict) -> TooLarge | None:
    """What to answer if `job` needs more than the worker's share; None if it fits, or if nobody can know.

    Raises what tells that even the prediction ran out of memory; any other error is for the training to tell.
    """
    share = _share(settings)  # before anything is tried: a GPU's memory is not given back at once
    if share is None:
        return None
    known, kind = _known(settings), (kind_of(job.cells[0], registry), len(job.cells) > 1)
    if kind not in known:
        known[kind] = _predicted(settings, job, registry, predict)
    need = known[kind]
    if need is None:
        return None
    needed, room = need.of(len(job.cells)), share - _own(settings)
    if needed <= room:
        return None
    text = f"needs {size_text(share - room + needed)} of memory, but {_limit(settings, share)}"
    return TooLarge(min(need.fits(room), len(job.cells) - 1), text)


def _predicted(settings: Settings, job: Job, registry: Registry, predict: Predict) -> Need | None:
    try:
        return predict(job, registry, settings.target)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        return None


@functools.cache
def _known(settings: Settings) -> dict[Hashable, Need | None]:
    """What this process has predicted already, by kind, and whether for more than one replica."""
    return {}


@functools.cache
def _own(settings: Settings) -> int:
    """What the process has once its libraries are loaded: hundreds of megabytes with torch. A GPU has none of it."""
    return own_memory() if settings.target == "cpu" else 0


@functools.cache
def _share(settings: Settings) -> int | None:
    """Bytes for this worker. A GPU is asked here, since only torch can ask it."""
    memory = settings.memory
    if memory is None and settings.target == "cuda":
        import torch

        memory = int(SHARE * torch.cuda.mem_get_info()[0])
    limits = [] if memory is None else [memory // settings.sharers]
    if settings.worker_memory is not None and settings.target == "cpu":
        limits.append(settings.worker_memory)
    return min(limits, default=None)


def _limit(settings: Settings, share: int) -> str:
    """What a worker may use, and what can be done about it."""
    if share == settings.worker_memory:
        return f"a worker may use {size_text(share)}; see --worker-memory"
    if settings.sharers == 1:
        return f"the worker may use {size_text(share)}; see --memory"
    return f"each of {settings.sharers} workers may use {size_text(share)}; see --memory and --workers"
