"""The worker processes of a run on this machine."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from analogbench.grid.jobs import Job
from analogbench.records.machine import available_cores
from analogbench.run.environment import environment, worker_variables
from analogbench.run.foresight import shared
from analogbench.run.lane import Lane
from analogbench.run.messages import Settings
from analogbench.run.stopping import interrupts_ignored


class Lanes:
    """All lanes of a run, as a context manager: no process outlives it."""

    def __init__(self, workers: Mapping[str, int], settings: Settings, events: SimpleQueue[Any]) -> None:
        """workers: how many lanes for each target, "cpu" or "cuda"."""
        own = {target: shared(settings, target, count) for target, count in workers.items()}
        self._free = {target: [Lane(own[target], events) for _ in range(count)] for target, count in workers.items()}
        self._busy: dict[int, tuple[str, Lane]] = {}
        self._settings, self._most = settings, max(1, available_cores() // settings.threads)
        self._stack = contextlib.ExitStack()

    def free(self, target: str) -> bool:
        """Whether a lane of the target waits for a job, and cores for its threads."""
        return bool(self._free[target]) and len(self._busy) < self._most

    @property
    def busy(self) -> bool:
        """Whether a job is in flight."""
        return bool(self._busy)

    def start(self, number: int, job: Job, target: str) -> None:
        """Start the job on a free lane of the target."""
        lane = self._free[target].pop()
        self._busy[number] = target, lane
        lane.start(number, job)

    def __getitem__(self, number: int) -> Lane:
        """The lane of a job in flight."""
        return self._busy[number][1]

    def release(self, number: int, *, renew: bool) -> None:
        """The job has ended: its lane is free. renew: the worker may be spoilt, start the next job in a fresh one."""
        target, lane = self._busy.pop(number)
        if renew:
            lane.stop()
        self._free[target].append(lane)

    def __enter__(self) -> Lanes:
        """From here on, new processes have the environment that the settings ask for."""
        self._stack.enter_context(environment(worker_variables(self._settings)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes, in the middle of a job if need be."""
        with self._stack, interrupts_ignored():
            free = itertools.chain.from_iterable(self._free.values())
            lanes = [*free, *(lane for _, lane in self._busy.values())]
            for each in (Lane.halt, Lane.stop):
                for lane in lanes:
                    each(lane)
