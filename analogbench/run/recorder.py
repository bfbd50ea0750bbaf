"""Turns what a job came to into records on disk, and tells the observers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analogbench.engine.outcome import Outcome, Progress
from analogbench.grid.cell import Cell
from analogbench.grid.identity import identity
from analogbench.grid.jobs import Job
from analogbench.grid.selection import label_of
from analogbench.records.provenance import now
from analogbench.records.record import Labels, MetricInfo, Record, WeightCounts
from analogbench.records.store import Store
from analogbench.run.messages import Done, Failure
from analogbench.run.observing import Observers

if TYPE_CHECKING:
    from analogbench.registry import Registry


@dataclass(frozen=True)
class Recorder:
    """provenance: what is the same for all records of the run. warn: takes one line for the user.

    unsaved: fills with the records that could not be written; the run goes on. observers: those that the user chose,
    besides the hooks of plugins.
    """

    store: Store
    registry: Registry
    provenance: dict[str, Any]
    warn: Callable[[str], None]
    unsaved: list[Record] = field(default_factory=list)
    observers: Observers = field(default_factory=Observers)

    def started(self, job: Job) -> None:
        """Tell the observers that a worker trains `job`."""
        self.observers.job_started(job)
        self._observe("analogbench_job_started", job=job)

    def moved(self, job: Job, progress: Progress) -> None:
        """Tell the observers what was found on the way."""
        if progress.evaluation is not None:
            self.observers.evaluated(job, progress.evaluation)

    def ended(self, job: Job, answer: Done | Failure, began: str) -> list[Record]:
        """Save a record for each cell of `job`. began: when it started."""
        if isinstance(answer, Done):
            outcomes = answer.outcomes
        else:
            outcomes = (Outcome(answer.status, answer.reason, answer.traceback),) * len(job.cells)
        origin = self.provenance | {"start": began, "end": now(), "worker": answer.facts}
        records = [self._record(cell, outcome, job, origin) for cell, outcome in zip(job.cells, outcomes, strict=True)]
        saved = [record for record in records if self._save(record)]
        self.observers.ended(job, outcomes, saved)
        for record in saved:  # only now: a slow observer must not delay what its job has earned
            self._observe("analogbench_cell_finished", record=record)
        return records

    def _save(self, record: Record) -> bool:
        try:
            self.store.save(record)
        except OSError as error:
            path = self.store.path_of(record.identity, record.cell)
            self.warn(f"warning: cannot write the record {path}: {error.strerror or error}")
            self.unsaved.append(record)
            return False
        return True

    def _record(self, cell: Cell, outcome: Outcome, job: Job, origin: dict[str, Any]) -> Record:
        replicas = len(job.cells)
        return Record(
            identity=identity(cell, self.registry),
            cell=cell,
            labels=Labels(
                algorithm=label_of(cell.algorithm, self.registry, "algorithm"),
                device=label_of(cell.device, self.registry, "device"),
                task=label_of(cell.task, self.registry, "task"),
                data=outcome.data_label,
            ),
            status=outcome.status,
            reason=outcome.reason,
            traceback=outcome.traceback,
            metric=metric_of(job, self.registry),
            metrics=dict(outcome.metrics),
            curve={name: list(column) for name, column in outcome.curve.items()},
            steps=outcome.steps,
            pulses=outcome.pulses,
            seconds=outcome.job_seconds / replicas if outcome.job_seconds else None,
            job_seconds=outcome.job_seconds or None,
            replicas=replicas,
            implementation=outcome.implementation,
            reproducible=self.registry.device(cell.device.name).value.reproducible,
            weights=[WeightCounts.model_validate(counts) for counts in outcome.weights],
            provenance=origin,
        )

    def _observe(self, hook: str, **arguments: Any) -> None:
        """Call each observer by itself: pluggy would stop at the first that raises."""
        for implementation in getattr(self.registry.manager.hook, hook).get_hookimpls():
            try:
                implementation.function(*(arguments[name] for name in implementation.argnames))
            except Exception as error:
                text = " ".join(f"{type(error).__name__}: {error}".split())
                self.warn(f"warning: observer {implementation.plugin_name!r} failed in {hook}: {text}")


def metric_of(job: Job, registry: Registry) -> MetricInfo:
    """The metric that ranks the cells of `job`."""
    return MetricInfo.model_validate(registry.tasks[job.cells[0].task.name].value.metric)
