"""Hands jobs to workers, records what comes back, and splits what fails, so that a bad cell costs only itself."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.grid.identity import identity
from analogbench.grid.jobs import Job, cut, kind_of
from analogbench.records.provenance import now
from analogbench.records.record import Record
from analogbench.run.backlog import Attempt, Backlog
from analogbench.run.checkpoints.file import Header, remove
from analogbench.run.claiming import Claiming
from analogbench.run.crew import Crew
from analogbench.run.display import Display
from analogbench.run.messages import Answer, Done, Ended, Event, Failure, Lost, Moved, Said, Settings, Told, TooLarge
from analogbench.run.recorder import Recorder, metric_of
from analogbench.run.sizing import target_of
from analogbench.run.wording import title, verdict
from analogbench.wording import count_of

if TYPE_CHECKING:
    from analogbench.registry import Registry

RETRIES = 2
"""How often a job whose worker is lost, probably not by its own fault, is tried again."""


class Coordinator:
    """Runs jobs to their ends. The caller's thread does it all: a crew only puts events into its queue."""

    def __init__(  # noqa: PLR0913 - each is something else
        self,
        settings: Settings,
        crew: Crew,
        recorder: Recorder,
        display: Display,
        *,
        retries: int = RETRIES,
        claiming: Claiming | None = None,
    ) -> None:
        """crew: trains the jobs. retries: of a job whose worker is lost. claiming: shares the jobs with other runs;
        None where there can be none."""
        self._settings, self._crew, self._recorder, self._display = settings, crew, recorder, display
        self._retries, self._backlog = retries, Backlog(claiming)
        self._flying: dict[int, Attempt] = {}
        self._numbers = itertools.count(1)
        self._most: dict[Hashable, int] = {}  # replicas that fit into memory, by the kind of their cells
        self.interrupt: KeyboardInterrupt | None = None
        self.records: list[Record] = []
        """The records made so far, in the order in which they came."""

    @property
    def _registry(self) -> Registry:
        return self._recorder.registry

    def run(self, jobs: Iterable[Job]) -> bool:
        """Run `jobs` in the order given; False if Ctrl-C or another signal ended it, see `interrupt`."""
        self._backlog.begin(jobs)
        try:
            with self._display, self._crew:
                self._loop()
                while self._backlog.wait_for_others(self._display.note):
                    self._loop()
        except KeyboardInterrupt as interrupt:
            self.interrupt = interrupt
            return False
        return True

    def _loop(self) -> None:
        crew = self._crew
        while self._backlog or crew.busy:
            while (attempt := self._backlog.next(lambda job: crew.free(self._target(job)))) is not None:
                number = next(self._numbers)
                self._flying[number] = replace(attempt, began=now())
                crew.start(number, self._named(attempt.job), self._target(attempt.job))
            if crew.busy:
                self._handle(crew.events.get())
        self._collect()

    def _collect(self) -> None:
        """What other runs have recorded of this grid is recorded."""
        if found := self._backlog.found():
            self.records.extend(found)
            self._display.finished(0, f"{count_of(len(found), 'cell')} recorded by another run", len(found))

    def _named(self, job: Job) -> Job:
        """The job with the identities by which its checkpoint is found, and its code checked, if they are."""
        if job.identities or not (self._settings.checkpoints or self._settings.code_read):
            return job
        return replace(job, identities=tuple(identity(cell, self._registry) for cell in job.cells))

    def _forget(self, job: Job) -> None:
        """Remove the job's checkpoint: its cells are recorded, or go on in other jobs."""
        if folder := self._settings.checkpoints:
            header = Header(self._named(job).identities, self._target(job), "")
            remove(Path(folder) / header.name)

    def _target(self, job: Job) -> str:
        return target_of(job, self._registry, self._settings.target)

    def _handle(self, event: Event | Told) -> None:
        if isinstance(event, Told):
            self._display.note(event.text)
            return
        attempt = self._flying.get(event.number)
        if attempt is None:
            return  # progress that was overtaken by the job's end
        self._announce(event.number, attempt)
        if isinstance(event, Moved):
            self._display.moved(event.number, event.progress)
            self._recorder.moved(attempt.job, event.progress)
        elif isinstance(event, Said):
            self._display.note(f"{self._title(attempt)}: {event.text}")
        elif isinstance(event, Ended):
            del self._flying[event.number]
            answer = event.answer
            spoilt = isinstance(answer, Lost) or (isinstance(answer, Failure) and answer.spoilt)
            self._crew.release(event.number, renew=spoilt)
            self._settle(event.number, attempt, answer)
        else:
            self._crew.heed(event)

    def _announce(self, number: int, attempt: Attempt) -> None:
        """Once for each attempt, with its first event: a quick job's end may come before its start, by another way."""
        if not attempt.announced:
            attempt.announced = True
            job = attempt.job
            self._display.started(number, title(job, self._registry), len(job.cells), metric_of(job, self._registry))
            self._recorder.started(job)

    def _settle(self, number: int, attempt: Attempt, answer: Answer) -> None:
        if isinstance(answer, Lost):
            if attempt.count <= self._retries:
                self._backlog.put_first([Attempt(attempt.job, attempt.count + 1)])
                self._display.dropped(
                    number, f"{self._title(attempt)}: the worker was lost, once more: {answer.reason}"
                )
                return
            times = f"lost {attempt.count} times" if attempt.count > 1 else "lost"
            answer = Failure("crashed", f"the worker was {times}, see --retries: {answer.reason}")
        single = len(attempt.job.cells) == 1
        if isinstance(answer, TooLarge):
            if not single:
                self._shrink(number, attempt, answer)
                return
            answer = Failure("oom", answer.reason)
        if isinstance(answer, Done) or single or answer.status == "skipped":
            self._record(number, attempt, answer)
        else:
            self._split(number, attempt, answer)

    def _record(self, number: int, attempt: Attempt, answer: Done | Failure) -> None:
        records = self._recorder.ended(attempt.job, answer, attempt.began)
        self.records.extend(records)
        if not any(record in self._recorder.unsaved for record in records):
            self._forget(attempt.job)
        self._backlog.release(attempt.job)
        self._display.finished(number, f"{self._title(attempt)}: {verdict(records)}", len(records))

    def _split(self, number: int, attempt: Attempt, failure: Failure) -> None:
        """Run the two halves of a failed job, next: the innocent among its cells come to their ends, and one that is to
        blame is found in a few steps."""
        self._forget(attempt.job)
        cells = attempt.job.cells
        pieces = cut(cells, -(-len(cells) // 2))
        self._backlog.put_first(Attempt(job) for job in pieces)
        how = "in two halves" if len(cells) > 2 else "one by one"
        text = f"{self._title(attempt)}: {failure.status}: {failure.reason}; running its {len(cells)} cells {how}"
        self._display.dropped(number, text)

    def _shrink(self, number: int, attempt: Attempt, answer: TooLarge) -> None:
        """Cut this job, and all of its kind that still wait, into jobs that fit; a single cell is asked for again."""
        self._forget(attempt.job)
        most = self._most[self._kind(attempt)] = max(1, answer.fits)
        self._backlog.put_first([attempt])
        self._backlog.cut_all(self._fitting)
        how = "one by one" if most == 1 else f"{most} at a time"
        text = f"{self._title(attempt)}: {answer.reason}; running its {len(attempt.job.cells)} cells {how}"
        self._display.dropped(number, text)

    def _fitting(self, attempt: Attempt) -> list[Attempt]:
        most = self._most.get(self._kind(attempt), len(attempt.job.cells))
        if len(attempt.job.cells) <= most:
            return [attempt]
        return [Attempt(job) for job in cut(attempt.job.cells, most)]

    def _kind(self, attempt: Attempt) -> Hashable:
        return kind_of(attempt.job.cells[0], self._registry)

    def _title(self, attempt: Attempt) -> str:
        return title(attempt.job, self._registry)
