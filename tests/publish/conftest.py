"""A results folder of the fake plugins, and the command line beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analogbench.cli import main as main_module
from analogbench.cli import training
from analogbench.grid.cell import Cell
from analogbench.grid.identity import identity
from analogbench.grid.plan import plan
from analogbench.grid.selection import label_of
from analogbench.records.record import Labels, MetricInfo, Record
from analogbench.records.store import Store
from analogbench.registry import Registry
from analogbench.run.messages import Settings

FAKE_ENGINE = Path(__file__).parents[1] / "run"

Say = Callable[..., tuple[int, list[str], list[str]]]
Tree = Callable[..., dict[str, bytes]]
Make = Callable[..., Record]


def _record(cell: Cell, registry: Registry, **kw: Any) -> Record:
    """What `fake_training` makes of a cell, but for the provenance."""
    parts = {kind: getattr(cell, kind) for kind in ("algorithm", "device", "task")}
    labels = Labels(**{kind: label_of(part, registry, kind) for kind, part in parts.items()})
    fields: dict[str, Any] = {
        "status": "ok",
        "metric": MetricInfo.model_validate(registry.task(cell.task.name).value.metric),
        "metrics": {"loss": 0.25 + cell.seed},
        "curve": {"step": [1.0, 2.0], "epoch": [1.0, 2.0], "loss": [0.5, 0.25]},
        "steps": 2,
        "pulses": 10.0,
        "seconds": 1.0,
        "implementation": "",
        "provenance": {
            "command": "analogbench run --results /home/alice/secret/r",
            "host": "abcdefabcdef",
            "platform": "Linux-6.1-alicebox",
            "python": "3.11.0",
            "versions": {"torch": "2.11.0"},
            "git": {"commit": "c" * 40, "dirty": False},
            "worker": {"target": "cpu", "threads": 1},
        },
    }
    return Record(cell=cell, **fields | {"identity": identity(cell, registry), "labels": labels} | kw)


def _cells(registry: Registry, *seeds: int) -> tuple[Cell, ...]:
    """Half on soft and half-exact on numbers."""
    return plan(registry, [], [], ["line"], seeds, "smoke").cells


@pytest.fixture
def make(registry: Registry) -> Make:
    """Makes a record: `make(seed)`, or `make(seed, "half-exact", status="crashed")`."""

    def make(seed: int, algorithm: str = "half", **kw: Any) -> Record:
        (cell,) = (cell for cell in _cells(registry, seed) if cell.algorithm.name == algorithm)
        return _record(cell, registry, **kw)

    return make


@pytest.fixture
def results(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six records and a suite's page, in the working directory."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    folder = Path("results")
    for cell in _cells(registry, 0, 1, 2):
        Store(folder).save(_record(cell, registry))
    (folder / "suites").mkdir()
    (folder / "suites" / "figure-1.md").write_text("# Figure 1\nmachine abcdefabcdef\n")
    return folder


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Exit code, output and errors of a command, in lines; how names the stand-in for the engine."""
    monkeypatch.syspath_prepend(str(FAKE_ENGINE))

    def say(*args: object, how: str = "succeed") -> tuple[int, list[str], list[str]]:
        settings = Settings(train=f"fake_training:{how}", load="fake_training:no_registry")
        monkeypatch.setattr(training, "SETTINGS", settings)
        capsys.readouterr()
        code = main_module.main([str(arg) for arg in args])
        output, error = capsys.readouterr()
        return code, output.splitlines(), error.splitlines()

    return say


@pytest.fixture
def tree() -> Tree:
    """Gives all files of a folder by path."""

    def tree(folder: Path = Path()) -> dict[str, bytes]:
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    return tree
