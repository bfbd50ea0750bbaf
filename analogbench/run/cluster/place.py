"""One place on a worker of a cluster: a lane as on one's own machine, with its limits, logs and fresh processes."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from queue import Empty

from analogbench.grid.jobs import Job
from analogbench.run.environment import environment, worker_variables
from analogbench.run.lane import Lane
from analogbench.run.link import Link
from analogbench.run.messages import Answer, Ended, Event, Failure, Lost, Settings

LOOK = 1.0
"""Seconds between two looks at whether anybody still waits for a job."""

_STARTING = threading.Lock()
"""A process inherits the environment, of which there is one for all places."""


class Place:
    """Trains one job at a time in a process of its own."""

    def __init__(self, settings: Settings, variables: dict[str, str]) -> None:
        """variables: of the environment, for the process and all that it starts."""
        _let_have_children()
        self._link = Link()
        self._link.__enter__()
        settings = replace(settings, address=self._link.address)
        self._lane = Lane(settings, self._link.events)
        self._variables = worker_variables(settings) | variables

    def train(self, number: int, job: Job, tell: Callable[[Event], None], wanted: Callable[[], bool]) -> Answer:
        """Train `job`. tell: takes what becomes known meanwhile. wanted: whether anybody waits for the answer."""
        with _STARTING, environment(self._variables):
            self._lane.start(number, job)
        looked = time.monotonic()
        while True:
            event = self._next()
            if isinstance(event, Ended) and event.number == number:
                return self._ended(event.answer)
            if event is not None and event.number == number:  # else of a job before this one
                self._lane.heed(event)
                tell(event)
            if time.monotonic() - looked > LOOK:
                looked = time.monotonic()
                if not wanted():
                    self._lane.stop()
                    return Lost("nobody waits for the job")

    def close(self) -> None:
        """End the process, in the middle of a job if need be."""
        self._lane.stop()
        self._link.__exit__(None, None, None)

    def _next(self) -> Event | None:
        try:
            event: Event = self._link.events.get(timeout=LOOK)
        except Empty:
            return None
        return event

    def _ended(self, answer: Answer) -> Answer:
        if isinstance(answer, Lost) or (isinstance(answer, Failure) and answer.spoilt):
            self._lane.stop()
        return answer


def _let_have_children() -> None:
    """Dask's nannies make their workers daemons, in multiprocessing's sense, which may not start processes. Ours end
    with the worker by themselves: the end of their socket tells them."""
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # there is no other way
