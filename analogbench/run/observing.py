"""The observers of a run. None of them can harm it: each has a thread of its own, which ends with its first error."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from queue import Full, Queue
from types import TracebackType
from typing import TYPE_CHECKING, Any

from analogbench.api.observer import Evaluation, ObservedCell, Observer
from analogbench.grid.identity import identity
from analogbench.grid.jobs import Job
from analogbench.grid.selection import label_of

if TYPE_CHECKING:
    from analogbench.engine.outcome import Outcome
    from analogbench.records.record import Record
    from analogbench.registry import Registry

MOST = 100_000
"""What may wait for a slow observer, before it is given up."""

PATIENCE = 30.0
"""Seconds that observers have in the end to do what they have not done yet."""

_Call = tuple[str, tuple[Any, ...]]


class _Watcher:
    """One observer in its thread. trouble: what went wrong, if anything; then it is told no more."""

    def __init__(self, name: str, make: Callable[[], Observer]) -> None:
        self.name, self.trouble = name, ""
        self._make = make
        self._calls: Queue[_Call] = Queue(MOST)
        self._thread = threading.Thread(target=self._work, daemon=True, name=f"observer {name}")
        self._thread.start()

    def tell(self, method: str, *arguments: Any) -> None:
        if not self.trouble:
            try:
                self._calls.put_nowait((method, arguments))
            except Full:
                self.trouble = "is too slow"

    def wait(self, deadline: float) -> None:
        """Until everything is done that it was told. deadline: of `time.monotonic`."""
        self._thread.join(max(deadline - time.monotonic(), 0.0))
        if self._thread.is_alive() and not self.trouble:
            self.trouble = f"did not end within {PATIENCE:.0f} s"

    def _work(self) -> None:
        method = "__init__"
        try:
            observer = self._make()
            while method != "run_ended" and not self.trouble:
                method, arguments = self._calls.get()
                getattr(observer, method)(*arguments)
        except BaseException as error:  # a plugin may well call sys.exit()
            text = " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
            self.trouble = f"failed in {method}: {text}"


class Observers:
    """A context manager: at its end observers are told so, and waited for."""

    def __init__(
        self,
        chosen: Sequence[tuple[str, Callable[[], Observer]]] = (),
        registry: Registry | None = None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        """chosen: by name, what makes each observer. warn: takes one line for the user, in the caller's thread."""
        self._chosen, self._registry, self._warn = chosen, registry, warn
        self._watchers: list[_Watcher] = []
        self._cells: dict[str, tuple[ObservedCell, ...]] = {}
        self._steps: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._chosen)

    def job_started(self, job: Job) -> None:
        """A worker trains `job`."""
        if self._watchers:
            self._steps.pop(_key(job), None)
            self._tell("job_started", self._observed(job))

    def evaluated(self, job: Job, evaluation: Evaluation) -> None:
        """The cells of `job` were evaluated."""
        if self._watchers:
            self._steps[_key(job)] = evaluation.step
            self._tell("evaluated", self._observed(job), evaluation)

    def ended(self, job: Job, outcomes: Sequence[Outcome], saved: Sequence[Record]) -> None:
        """The job has ended, and these records of it are on disk. Its last evaluations may have been overtaken by its
        end: they are taken from the outcomes."""
        if self._watchers:
            for evaluation in _since(outcomes, self._steps.pop(_key(job), -1)):
                self._tell("evaluated", self._observed(job), evaluation)
            for record in saved:
                self._tell("record_written", record)
            self._cells.pop(_key(job), None)

    def __enter__(self) -> Observers:
        """Start the threads."""
        self._watchers = [_Watcher(name, make) for name, make in self._chosen]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for all of them together no longer than `PATIENCE`."""
        self._tell("run_ended")
        deadline = time.monotonic() + PATIENCE
        for watcher in self._watchers:
            watcher.wait(deadline)
        self._complain()

    def _tell(self, method: str, *arguments: Any) -> None:
        for watcher in self._watchers:
            watcher.tell(method, *arguments)
        self._complain()

    def _complain(self) -> None:
        """Say once of each that it is not asked any more."""
        for watcher in [watcher for watcher in self._watchers if watcher.trouble]:
            self._watchers.remove(watcher)
            self._warn(f"warning: observer {watcher.name!r} {watcher.trouble}; the run goes on without it")

    def _observed(self, job: Job) -> tuple[ObservedCell, ...]:
        if _key(job) not in self._cells:
            self._cells[_key(job)] = tuple(_observed(cell, self._registry) for cell in job.cells)
        return self._cells[_key(job)]


def _key(job: Job) -> str:
    """Equal for equal jobs, one of which is in flight at a time."""
    return f"{job.cells[0].key} {len(job.cells)}"


def _observed(cell: Any, registry: Any) -> ObservedCell:
    names = {kind: label_of(getattr(cell, kind), registry, kind) for kind in ("algorithm", "device", "task")}
    return ObservedCell(identity(cell, registry), **names, budget=cell.budget, seed=cell.seed)


def _since(outcomes: Sequence[Outcome], step: int) -> list[Evaluation]:
    """The points of all curves after `step`; a replica that has diverged has NaN where its curve has ended."""
    longest = max((outcome.curve for outcome in outcomes), key=lambda curve: len(curve.get("step", ())), default={})
    names = [name for name in longest if name not in {"step", "epoch"}]
    found = []
    for place, (at, epoch) in enumerate(zip(longest.get("step", ()), longest.get("epoch", ()), strict=False)):
        if at > step:
            values = {name: [_point(outcome.curve.get(name, ()), place) for outcome in outcomes] for name in names}
            found.append(Evaluation(int(at), int(epoch), values))
    return found


def _point(column: Sequence[float], place: int) -> float:
    return column[place] if place < len(column) else math.nan
