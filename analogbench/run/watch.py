"""Looks after a worker process from outside: ends it when its time is over, or when it uses too much memory.

From outside, since a plugin may hold the interpreter's lock for ever, or the memory be gone before Python notices.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from dataclasses import dataclass

from analogbench.run.duration import duration_text
from analogbench.run.memory import size_text
from analogbench.run.messages import Failure
from analogbench.run.processes import kill_tree, memory_of

LOOK = 0.2
"""Seconds between two looks."""

STARTING = 120.0
"""Seconds that a worker with a time limit has, besides, to start and to import everything."""

WRITING = 0.5
"""Seconds that a process that is about to be killed has to write down where it is."""


@dataclass(frozen=True)
class Limits:
    """What a job may use. seconds: of training, None: no limit. memory: bytes, None: no limit."""

    seconds: float | None = None
    memory: int | None = None

    def __bool__(self) -> bool:
        return self.seconds is not None or self.memory is not None


class Watch:
    """The watch over one job in one process. Does nothing where there are no limits."""

    def __init__(self, pid: int, limits: Limits, cells: int) -> None:
        """pid: the worker. limits: for each of the job's `cells`; memory for the process and its children."""
        self._pid, self._limits, self._cells = pid, limits, cells
        self._over = threading.Event()
        self._deadline = time.monotonic() + STARTING + self._seconds()
        self.verdict: Failure | None = None
        """Why the process was killed; None if it was not, or not from here."""
        if limits:
            threading.Thread(target=self._look, daemon=True).start()

    def training(self) -> None:
        """The worker begins to train: its time counts from now."""
        self._deadline = time.monotonic() + self._seconds()

    def end(self) -> None:
        """The job has ended."""
        self._over.set()

    def _seconds(self) -> float:
        return float("inf") if self._limits.seconds is None else self._cells * self._limits.seconds

    def _look(self) -> None:
        while not self._over.wait(LOOK):
            if verdict := self._late() or self._large():
                self.verdict = verdict
                self._kill()
                return

    def _late(self) -> Failure | None:
        if time.monotonic() < self._deadline:
            return None
        text = duration_text(self._limits.seconds or 0.0)
        long = text if self._cells == 1 else f"{self._cells} × {text}"
        return Failure("timeout", f"killed after {long}, see --timeout", spoilt=True)

    def _large(self) -> Failure | None:
        if self._limits.memory is None or (used := memory_of(self._pid)) <= self._limits.memory:
            return None
        limit = size_text(self._limits.memory)
        return Failure(
            "oom", f"killed: used {size_text(used)} of memory, more than --worker-memory {limit}", spoilt=True
        )

    def _kill(self) -> None:
        """SIGUSR1 lets the worker write down its stack, if it still can."""
        with contextlib.suppress(OSError):
            os.kill(self._pid, signal.SIGUSR1)
        self._over.wait(WRITING)
        kill_tree(self._pid)
