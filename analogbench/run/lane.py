"""A worker process in a pool of its own, so that the death of one can neither stop nor stall another."""

from __future__ import annotations

import multiprocessing
import threading
import uuid
from concurrent.futures import CancelledError
from dataclasses import replace
from multiprocessing import resource_tracker
from queue import SimpleQueue
from typing import Any, cast

from pebble import ProcessExpired, ProcessPool

from analogbench.grid.jobs import Job
from analogbench.interrupts import interrupts_blocked
from analogbench.run.environment import environment
from analogbench.run.failure import died, stack_of
from analogbench.run.messages import Answer, Began, Ended, Event, Gone, Lost, Settings, Started
from analogbench.run.processes import MARK, kill_marked
from analogbench.run.watch import Limits, Watch
from analogbench.run.worker import log_of, work

GRACE = 5.0
"""Seconds that pebble gets to notice a dead worker: it looks ten times a second, but on a busy machine."""


class Lane:
    """One reused worker process that does one job at a time.

    Its pool has one worker: the workers of a pebble pool share a pipe and its locks, and a task is lost when one of
    several dies before the pool has noticed who took it. With one worker and one task there is nothing to mistake.
    """

    def __init__(self, settings: Settings, events: SimpleQueue[Any]) -> None:
        """events: takes an `Ended` for each job. The process starts with the first job."""
        self._settings, self._events = settings, events
        self._limits = Limits(settings.timeout, settings.worker_memory)
        self._mark = uuid.uuid4().hex
        self._pool: Any = None
        self._future: Any = None
        self._pid = self._cells = 0
        self._watch: Watch | None = None

    def start(self, number: int, job: Job) -> None:
        """Hand the job to the worker; an `Ended` follows."""
        if self._pool is None or not self._pool.active:  # the worker died between two jobs
            self.renew()
        self._pid, self._cells, self._watch = 0, len(job.cells), None
        self._future = self._pool.schedule(work, args=(self._settings, number, job))
        self._future.add_done_callback(lambda done: self._events.put(Ended(number, self._answer(done))))

    def begun(self, pid: int) -> None:
        """The worker has the process id `pid`."""
        self._pid = pid
        self._watch = Watch(pid, self._limits, self._cells)

    def training(self) -> None:
        """The worker has imported everything and begins to train."""
        if self._watch is not None:
            self._watch.training()

    def heed(self, event: Event) -> None:
        """Take note of what the worker says of itself."""
        if isinstance(event, Started):
            self.begun(event.pid)
        elif isinstance(event, Began):
            self.training()
        elif isinstance(event, Gone):
            self.gone()

    def gone(self) -> None:
        """The worker has ended in the middle of the job. pebble says so by itself, unless the exit code was 0."""
        timer = threading.Timer(GRACE, self._future.cancel)
        timer.daemon = True
        timer.start()

    def renew(self) -> None:
        """Give the lane a fresh process, after a failure that may have spoilt the old one."""
        self.stop()
        self._pool = ProcessPool(max_workers=1, context=multiprocessing.get_context("spawn"))
        resource_tracker.ensure_running()  # it serves all workers, and must not bear the mark of one
        with interrupts_blocked(), environment({MARK: self._mark}):
            _ = self._pool.active  # starts the pool's threads and its worker

    def halt(self) -> None:
        """Take no more jobs; `stop` then waits for the process. Two steps, so that many lanes stop at once."""
        if self._pool is not None:
            self._pool.stop()

    def stop(self) -> None:
        """End the process, in the middle of a job if need be."""
        self.halt()
        if self._watch is not None:
            self._watch.end()
        if self._pool is not None:
            self._pool.join()
            self._pool = None
            kill_marked(self._mark)

    def _answer(self, future: Any) -> Answer:
        """Called when the future is done, in a thread of the pool."""
        if self._watch is not None:
            self._watch.end()
        try:
            return cast("Answer", future.result())
        except ProcessExpired as error:
            return self._death(error.exitcode, error.pid or 0)
        except CancelledError:
            return self._death(0, 0)
        except BaseException as error:  # the pool broke
            return Lost(f"{type(error).__name__}: {error}")

    def _death(self, exit_code: int | None, pid: int) -> Answer:
        """What it means that the worker is gone."""
        log = log_of(self._settings.address, self._pid or pid)
        verdict = self._watch.verdict if self._watch is not None else None
        return replace(verdict, traceback=stack_of(log)) if verdict is not None else died(exit_code, log)
