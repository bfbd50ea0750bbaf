"""A results folder whose page is made again when something in it has changed."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.cli.asking import asked
from analogbench.cli.run_options import Asked
from analogbench.cli.status_summary import is_selection
from analogbench.errors import RecordError
from analogbench.records.claims import running
from analogbench.records.record import Record
from analogbench.records.staleness import stale
from analogbench.records.store import Problem, Store, read
from analogbench.report.page.content import TITLE, Source, content_of
from analogbench.report.page.document import Live, document
from analogbench.report.write import prepare
from analogbench.run.reruns import reruns
from analogbench.run.status import STATES, lying, recorded_cells, standings
from analogbench.wording import count_of

if TYPE_CHECKING:
    from analogbench.registry import Registry

REST = 2.0
"""So many times as long as it took to make a page, none is made again: a large one must not keep a core busy."""

Stamp = tuple[int, int]
"""When a file was changed, in nanoseconds, and its size."""


class Watched:
    """The page of what is asked for, for any number of threads. Records that have not changed are not read again."""

    def __init__(self, request: Asked, registry: Registry) -> None:
        """Nothing is read yet."""
        self.title = title_of(request.results)
        self._request, self._registry = request, registry
        self._store = Store(request.results)
        self._lock = threading.Lock()
        self._read: dict[Path, tuple[Stamp, Record | Problem]] = {}
        self._stale: dict[str, bool] = {}
        self._seen: object = None
        self._page = ""
        self._rests_until = 0.0

    def page(self) -> str:
        """The page as it is now, or was a moment ago. Raises UsageError if the selection is none."""
        with self._lock:
            if time.monotonic() >= self._rests_until:
                self._look()
            return self._page

    def _look(self) -> None:
        """Make the page again if a record, or who trains what, has changed."""
        begun = time.monotonic()
        stamps = self._stamps()
        seen = stamps, running(self._store.root)
        if seen != self._seen:
            self._page = self._made(stamps)
            self._seen = seen
        self._rests_until = time.monotonic() + REST * (time.monotonic() - begun)

    def _stamps(self) -> dict[Path, Stamp]:
        found = {}
        for folder, _, names in os.walk(self._store.folder):
            for name in names:
                path = Path(folder, name)
                if path.suffix == ".json" and (stamp := _stamp(path)):
                    found[path] = stamp
        return dict(sorted(found.items()))

    def _made(self, stamps: dict[Path, Stamp]) -> str:
        known = {path: self._read.get(path) for path in stamps}
        self._read = {
            path: old if old is not None and old[0] == stamps[path] else (stamps[path], _read(path))
            for path, old in known.items()
        }
        found = [one for _, one in self._read.values()]
        records = [one for one in found if isinstance(one, Record)]
        damaged = [one.below(self._store.root) for one in found if isinstance(one, Problem)]
        source = Source(prepare(records, self._stale_of(records)), self.title, reruns(self._registry), damaged)
        return document(content_of(source), self._progress(records))

    def _stale_of(self, records: Sequence[Record]) -> set[str]:
        """By the code that was installed when this process began; each record is asked about once."""
        new = [record for record in records if record.identity not in self._stale]
        old = stale(new, self._registry)
        self._stale |= {record.identity: record.identity in old for record in new}
        return {record.identity for record in records if self._stale[record.identity]}

    def _progress(self, records: Sequence[Record]) -> Live:
        """What `analogbench status` says of the cells and of who is at work."""
        request, registry = self._request, self._registry
        cells = asked(request, registry)[0].cells if is_selection(request) else recorded_cells(records, registry)
        there = lying(request.results, records)
        every = standings(cells, registry, there)
        others, begun = there.others(one.name for one in every)
        if request.anything:
            others, begun = {}, frozenset()
        numbers = Counter(one.state for one in every)
        numbers["running"] += len(others)
        numbers["interrupted"] += len(begun)
        owners = Counter([*(one.owner for one in every if one.owner), *others.values()])
        lines = [f"{count_of(number, 'cell')} running: {owner}" for owner, number in owners.items()]
        counts = tuple((state, numbers[state]) for state in STATES if numbers[state])
        return Live(tuple(lines) or ("No run is at work.",), counts)


def title_of(results: Path) -> str:
    """What the page of a folder is called."""
    name = results.resolve().name
    return TITLE if name in {"", "results"} else f"{TITLE} of {name}"


def _stamp(path: Path) -> Stamp | None:
    """None of a file that has just gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read(path: Path) -> Record | Problem:
    try:
        return read(path)
    except RecordError as error:
        return Problem(path, str(error).removeprefix(f"{path}: "))
