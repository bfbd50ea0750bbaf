"""`analogbench report --html`: from records to the page, with commands that train the same cells."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from analogbench.cli.main import main
from analogbench.grid.cell import Cell
from analogbench.grid.plan import plan
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.registry import Registry
from analogbench.run.reruns import reruns
from tests.report.conftest import MakeRecord, grid, make

__all__ = ["grid", "make"]


def data_of(page: Path) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text("utf-8"))
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.fixture
def results(grid: list[Record], tmp_path: Path) -> Path:
    for record in grid:
        Store(tmp_path / "mine").save(record)
    return tmp_path / "mine"


@pytest.mark.usefixtures("fakes")
def test_the_page_is_written_and_named(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--results", str(results), "--html"]) == 0
    assert str(results / "index.html") in capsys.readouterr().out
    page = (results / "index.html").read_text("utf-8")
    assert "<title>Leaderboards</title>" in page
    board = (results / "leaderboard.md").read_text("utf-8")
    for text in re.findall(r"[\d.]+ ± [\d.]+", board):
        assert text in re.sub("<[^>]+>", "", page)
    assert (results / "tables").is_dir()
    assert '<a href="tables/">' in page


@pytest.mark.usefixtures("fakes")
def test_without_the_option_there_is_none(results: Path) -> None:
    assert main(["report", "--results", str(results)]) == 0
    assert not (results / "index.html").exists()


@pytest.mark.usefixtures("fakes")
def test_damaged_files_are_on_the_page_without_their_folder(results: Path) -> None:
    (results / "records" / "bad.json").write_text("{")
    assert main(["report", "--results", str(results), "--html"]) == 1
    page = (results / "index.html").read_text("utf-8")
    assert "not counted: records/bad.json: not a record" in page
    assert str(results) not in page


@pytest.mark.usefixtures("fakes")
def test_what_is_in_the_way_is_one_line(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (results / "index.html").mkdir()
    assert main(["report", "--results", str(results), "--html"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"analogbench: cannot write {results / 'index.html'}")


def test_commands_run_exactly_the_cells(registry: Registry, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cells = plan(registry, ("half[beta=0.5]",), ("soft[tau=1.5]",), ("line[steps=7]",), (0, 1, 4), "smoke").cells
    (command,) = reruns(registry)(cells)
    words = shlex.split(command)
    assert words[:2] == ["analogbench", "run"]
    assert words[-2:] == ["--results", "again"]
    assert main([*words[1:-1], str(tmp_path), "--dry-run", "--target", "cpu"]) == 0
    assert capsys.readouterr().out.startswith("3 cells: 0 recorded already, 3 to run")


def test_no_command_where_the_plugins_would_not_train_the_cells(registry: Registry, make: MakeRecord) -> None:
    unknown: Cell = make("nobody", "x").cell
    known = plan(registry, ("half",), ("soft",), ("line",), (0,), "smoke").cells[0]
    older = known.model_copy(update={"device": known.device.model_copy(update={"params": {"gone": 1}})})
    again = reruns(registry)
    assert again([known])
    assert (again([unknown]), again([known, unknown]), again([older])) == ([], [], [])
