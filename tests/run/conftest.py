"""A coordinator with real worker processes that run `fake_training`, and a display that remembers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import pytest

from analogbench.engine.outcome import Progress
from analogbench.grid.jobs import Job, pack
from analogbench.grid.plan import plan
from analogbench.records.record import MetricInfo, Record
from analogbench.records.store import Store
from analogbench.registry import Registry
from analogbench.run.coordinator import Coordinator
from analogbench.run.display import Display
from analogbench.run.lanes import Lanes
from analogbench.run.messages import Settings
from analogbench.run.recorder import Recorder


class Memory(Display):
    """Remembers what it was told to show."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.lines: list[str] = []
        self.on_moved: Callable[[Progress], object] = lambda _: None

    def started(self, number: int, title: str, cells: int, metric: MetricInfo) -> None:
        self.titles.append(title)

    def moved(self, number: int, progress: Progress) -> None:
        self.on_moved(progress)

    def finished(self, number: int, text: str, cells: int) -> None:
        self.lines.append(text)

    def dropped(self, number: int, text: str) -> None:
        self.lines.append(text)

    def note(self, text: str) -> None:
        self.lines.append(text)

    def __enter__(self) -> Memory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Bench:
    """Trains the seeds of one rule on one device, and keeps all that came of it."""

    def __init__(self, registry: Registry, root: Path) -> None:
        self.registry, self.store, self.display = registry, Store(root), Memory()
        self.settings = Settings(load="fake_training:no_registry")

    def jobs(self, seeds: Sequence[int], limit: int = 16, budget: str = "smoke") -> list[Job]:
        cells = plan(self.registry, ["half"], ["soft"], ["line"], seeds, "smoke").cells
        return pack(cells, self.registry, limit)

    def recorder(self, command: str = "test") -> Recorder:
        return Recorder(self.store, self.registry, {"command": command}, self.display.note)

    def coordinator(self, how: str, workers: int = 1, threads: int = 1) -> Coordinator:
        recorder = self.recorder()
        settings = replace(self.settings, threads=threads, train=f"fake_training:{how}")
        return Coordinator(settings, Lanes({"cpu": workers}, settings), recorder, self.display)

    def run(self, how: str, seeds: Sequence[int] = (0, 1, 2), limit: int = 16, workers: int = 1) -> dict[int, Record]:
        """The records that were made, by seed; the same ones are on disk."""
        coordinator = self.coordinator(how, workers)
        assert coordinator.run(self.jobs(seeds, limit))
        saved, problems = self.store.load_all()
        assert not problems
        assert sorted(r.cell.seed for r in saved) == sorted(seeds) == sorted(r.cell.seed for r in coordinator.records)
        return {record.cell.seed: record for record in saved}


@pytest.fixture
def bench(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return Bench(registry, tmp_path / "results")
