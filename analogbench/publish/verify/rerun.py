"""Runs cells again: as `analogbench run` does, each in a job of its own, with records in a folder that goes again."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.grid.jobs import Job
from analogbench.records.provenance import provenance
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.report.provenance import said
from analogbench.run.coordinator import Coordinator
from analogbench.run.display import Display
from analogbench.run.lanes import Lanes
from analogbench.run.messages import Settings
from analogbench.run.recorder import Recorder
from analogbench.run.sizing import Limits, size_up

if TYPE_CHECKING:
    from analogbench.registry import Registry


def rerun(records: Sequence[Record], registry: Registry, settings: Settings, display: Display) -> dict[str, Record]:
    """The new records, by identity. settings: how workers train. Raises KeyboardInterrupt, and OSError."""
    targets: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        targets["cuda" if said(record, "worker", "target") == "cuda" else "cpu"].append(record)
    found: dict[str, Record] = {}
    with tempfile.TemporaryDirectory(prefix="analogbench-") as folder:
        store = Store(Path(folder))
        recorder = Recorder(store, registry, provenance(["analogbench", "verify"], registry), display.note)
        for target, several in targets.items():
            jobs = [Job((record.cell,)) for record in several]
            size = size_up([record.cell for record in several], registry, target, Limits(stack=1))
            own = replace(settings, target=target, threads=size.threads)
            coordinator = Coordinator(own, Lanes(size.workers, own), recorder, display)
            if not coordinator.run(jobs):
                raise coordinator.interrupt or KeyboardInterrupt
        for record in store.load_all()[0]:  # as they are read back: a curve is rounded when it is written
            found[record.identity] = record
    return found
