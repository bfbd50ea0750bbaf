"""The worker processes of a run on this machine."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType

from analogbench.grid.jobs import Job
from analogbench.records.machine import available_cores
from analogbench.run.crew import Crew
from analogbench.run.environment import environment, worker_variables
from analogbench.run.foresight import shared
from analogbench.run.lane import Lane
from analogbench.run.link import Link
from analogbench.run.messages import Event, Settings
from analogbench.run.stopping import interrupts_ignored


class Lanes(Crew):
    """All lanes of a run. No process outlives the context."""

    def __init__(self, workers: Mapping[str, int], settings: Settings) -> None:
        """workers: how many lanes for each target, "cpu" or "cuda". Nothing is made before the context is entered."""
        self._workers, self._settings = workers, settings
        self._free: dict[str, list[Lane]] = {}
        self._busy: dict[int, tuple[str, Lane]] = {}
        self._most = max(1, available_cores() // settings.threads)
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

    def heed(self, event: Event) -> None:
        """Tell the lane what its process says of itself."""
        self._busy[event.number][1].heed(event)

    def release(self, number: int, *, renew: bool) -> None:
        """The job has ended: its lane is free. renew: the worker may be spoilt, start the next job in a fresh one."""
        target, lane = self._busy.pop(number)
        if renew:
            lane.stop()
        self._free[target].append(lane)

    def __enter__(self) -> Lanes:
        """From here on, new processes have the environment that the settings ask for."""
        link = self._stack.enter_context(Link())
        self.events = link.events
        settings = replace(self._settings, address=link.address)
        self._stack.enter_context(environment(worker_variables(settings)))
        for target, count in self._workers.items():
            own = shared(settings, target, count)
            self._free[target] = [Lane(own, self.events) for _ in range(count)]
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
