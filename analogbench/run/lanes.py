"""Worker processes, each in a pool of its own, so that the death of one can neither stop nor stall another."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError
from queue import SimpleQueue
from types import TracebackType
from typing import Any, cast

from pebble import ProcessExpired, ProcessPool

from analogbench.grid.jobs import Job
from analogbench.records.machine import available_cores
from analogbench.run.environment import environment, worker_variables
from analogbench.run.failure import died
from analogbench.run.foresight import shared
from analogbench.run.messages import Answer, Ended, Failure, Lost, Settings
from analogbench.run.stopping import interrupts_blocked, interrupts_ignored
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
        self._pool: Any = None
        self._future: Any = None
        self._pid = 0

    def start(self, number: int, job: Job, timeout: float | None = None) -> None:
        """Hand the job to the worker; an `Ended` follows. timeout: seconds after which the worker is killed."""
        if self._pool is None or not self._pool.active:  # the worker died between two jobs
            self.renew()
        self._pid = 0
        self._future = self._pool.schedule(work, args=(self._settings, number, job), timeout=timeout)
        self._future.add_done_callback(lambda done: self._events.put(Ended(number, self._answer(done))))

    def begun(self, pid: int) -> None:
        """The worker has the process id `pid`."""
        self._pid = pid

    def gone(self) -> None:
        """The worker has ended in the middle of the job. pebble says so by itself, unless the exit code was 0."""
        timer = threading.Timer(GRACE, self._future.cancel)
        timer.daemon = True
        timer.start()

    def renew(self) -> None:
        """Give the lane a fresh process, after a failure that may have spoilt the old one."""
        self.stop()
        self._pool = ProcessPool(max_workers=1, context=multiprocessing.get_context("spawn"))
        with interrupts_blocked():
            _ = self._pool.active  # starts the pool's threads and its worker

    def halt(self) -> None:
        """Take no more jobs; `stop` then waits for the process. Two steps, so that many lanes stop at once."""
        if self._pool is not None:
            self._pool.stop()

    def stop(self) -> None:
        """End the process, in the middle of a job if need be."""
        self.halt()
        if self._pool is not None:
            self._pool.join()
            self._pool = None

    def _answer(self, future: Any) -> Answer:
        """Called when the future is done, in a thread of the pool."""
        try:
            return cast("Answer", future.result())
        except ProcessExpired as error:
            return died(error.exitcode, log_of(self._settings.address, self._pid or error.pid or 0))
        except CancelledError:
            return died(0, log_of(self._settings.address, self._pid))
        except TimeoutError:
            return Failure("timeout", "the job was killed at its time limit", spoilt=True)
        except BaseException as error:  # the pool broke
            return Lost(f"{type(error).__name__}: {error}")


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
