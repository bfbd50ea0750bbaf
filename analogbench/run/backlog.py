"""The jobs that wait for a lane, and the cells that other runs into the same results directory have."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from analogbench.grid.jobs import Job
from analogbench.records.provenance import now
from analogbench.records.record import Record
from analogbench.run.claiming import Claiming
from analogbench.wording import count_of

POLL = 1.0
"""Seconds between two looks at what other runs do."""


@dataclass
class Attempt:
    """A job that is tried. count: how often, with this time. began: when it was handed to a worker."""

    job: Job
    count: int = 1
    announced: bool = False
    began: str = field(default_factory=now)


class Backlog:
    """What is left to do. Jobs come out of it without the cells that others have; those come back later."""

    def __init__(self, claiming: Claiming | None) -> None:
        """claiming: shares the jobs with other runs; None where there can be none."""
        self._claiming = claiming
        self._waiting: deque[Attempt] = deque()
        self._awaited: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def begin(self, jobs: Iterable[Job]) -> None:
        """All jobs of the run, in the order in which they are to be done."""
        self._waiting.extend(Attempt(job) for job in jobs)

    def put_first(self, attempts: Iterable[Attempt]) -> None:
        """To be done next, in this order."""
        self._waiting.extendleft(reversed(list(attempts)))

    def cut_all(self, pieces: Callable[[Attempt], Iterable[Attempt]]) -> None:
        """Put in the place of each attempt what `pieces` makes of it."""
        self._waiting = deque(piece for each in self._waiting for piece in pieces(each))

    def next(self, free: Callable[[Job], bool]) -> Attempt | None:
        """Take out the first job for which there is a free lane, or what others have left of it."""
        for attempt in list(self._waiting):
            if free(attempt.job):
                self._waiting.remove(attempt)
                job = attempt.job if self._claiming is None else self._claiming.take(attempt.job)
                if job is not None:
                    return replace(attempt, job=job)
        return None

    def release(self, job: Job) -> None:
        """The job's cells are recorded."""
        if self._claiming is not None:
            self._claiming.release(job)

    def found(self) -> list[Record]:
        """What other runs have recorded of the jobs since the last time."""
        if self._claiming is None:
            return []
        found = list(self._claiming.found)
        self._claiming.found.clear()
        return found

    def wait_for_others(self, say: Callable[[str], None]) -> bool:
        """Wait a moment for cells that other runs have; False if there are none. say: takes a line for the user."""
        if self._claiming is None or not self._claiming.owners:
            return False
        owners = set(map(str, self._claiming.owners))
        if not owners <= self._awaited:
            cells = count_of(len(self._claiming.owners), "cell")
            say(f"waiting for {cells}: {' and '.join(sorted(owners))} at work on them")
            self._awaited |= owners
        time.sleep(POLL)
        self._waiting.extend(Attempt(job) for job in self._claiming.freed())
        return True
