"""Whoever trains the jobs of a run: worker processes on this machine, or those of a cluster."""

from __future__ import annotations

from abc import ABC, abstractmethod
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from analogbench.grid.jobs import Job
from analogbench.run.messages import Event


class Crew(ABC):
    """A context manager: what it has started ends with the context.

    events: whatever becomes known of jobs in flight, see `run.messages`; an `Ended` for each comes last.
    """

    events: SimpleQueue[Any]

    @abstractmethod
    def free(self, target: str) -> bool:
        """Whether somebody waits for a job for `target`. Raises OSError where nobody can be reached any more."""

    @property
    @abstractmethod
    def busy(self) -> bool:
        """Whether a job is in flight."""

    @abstractmethod
    def start(self, number: int, job: Job, target: str) -> None:
        """Hand over a job, under a number of its own. Called only where `free` has just been true."""

    @abstractmethod
    def heed(self, event: Event) -> None:
        """Take note of an event that was taken out of `events`, if it tells of the worker and not of the job."""

    @abstractmethod
    def release(self, number: int, *, renew: bool) -> None:
        """The job has ended: who had it may get the next. renew: the worker may be spoilt and should not be used
        again."""

    @abstractmethod
    def __enter__(self) -> Crew:
        """Get ready."""

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything, in the middle of a job if need be."""
