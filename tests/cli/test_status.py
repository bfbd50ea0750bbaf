"""`analogbench status`, beside real records and an engine that only pretends."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analogbench.cli import training
from analogbench.cli.main import main
from analogbench.grid.identity import identity
from analogbench.grid.plan import plan
from analogbench.records.claims import Claims
from analogbench.registry import load
from analogbench.run.checkpoints.file import Header, write
from analogbench.run.messages import Settings

FAKE_ENGINE = Path(__file__).parents[1] / "run"
LINE = ("-a", "half", "-d", "soft", "-t", "line", "--budget", "smoke")
CPU = ("--target", "cpu", "--workers", "1", "--no-report")

Output = pytest.CaptureFixture[str]
Train = Callable[..., None]


@pytest.fixture
def train(fakes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> Train:
    """Runs cells; how names the function of `fake_training` that stands for the engine."""
    monkeypatch.syspath_prepend(str(FAKE_ENGINE))
    monkeypatch.chdir(tmp_path)

    def train(*args: str, how: str = "succeed") -> None:
        monkeypatch.setattr(
            training, "SETTINGS", Settings(train=f"fake_training:{how}", load="fake_training:no_registry")
        )
        assert main(["run", *args, *CPU]) in {0, 1}
        capsys.readouterr()

    return train


def files() -> list[tuple[Path, int]]:
    """All files and when they were written, without what Python keeps of the plugins that it imports."""
    found = [path for path in Path().rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return sorted((path, path.stat().st_mtime_ns) for path in found)


def told(capsys: Output, *args: str) -> dict[str, Any]:
    """What `--json` says, without the states in which no cell is; and that nothing is written meanwhile."""
    before = files()
    assert main(["status", *args, "--json"]) == 0
    assert files() == before
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    found["counts"] = {state: number for state, number in found["counts"].items() if number}
    return found


def change_the_code(fakes: Path) -> None:
    path = fakes / "fakes_rules.py"
    path.write_text(path.read_text() + "\nCHANGED = 1\n")


def test_a_grid_from_nothing_to_done(train: Train, capsys: Output) -> None:
    assert told(capsys, *LINE)["counts"] == {"missing": 3}
    assert told(capsys, *LINE)["next"] == [f"analogbench run {' '.join(LINE)}"]
    train(*LINE, "--seeds", "2", how="diverging")
    found = told(capsys, *LINE)
    assert found["counts"] == {"done": 1, "failed": 1, "missing": 1}
    assert found["failures"] == [{"status": "diverged", "reason": "loss is NaN", "cells": 1}]
    train(*LINE, "--retry", "failed")
    found = told(capsys, *LINE)
    assert (found["counts"], found["next"], found["retry"]) == ({"done": 3}, [], [])


def test_what_it_prints(train: Train, capsys: Output) -> None:
    train(*LINE, how="diverging")
    assert main(["status", *LINE, "--seeds", "4"]) == 0
    output, error = capsys.readouterr()
    assert error == ""
    assert output.splitlines() == [
        "algorithm    device    task    budget    cells    done    failed    missing",
        "-----------  --------  ------  --------  -------  ------  --------  ---------",
        "half         soft      line    smoke     4        2       1         1",
        "",
        "4 cells: 2 done, 1 failed, 1 missing",
        "  1 diverged: loss is NaN",
        "next: analogbench run -a half -d soft -t line --budget smoke --seeds 4",
        "to run again what failed: analogbench run -a half -d soft -t line --budget smoke --seeds 4 --retry failed",
    ]


def test_running_and_interrupted(train: Train, capsys: Output) -> None:
    registry = load()
    names = [
        identity(cell, registry) for cell in plan(registry, ["half"], ["soft"], ["line"], (0, 1, 2), "smoke").cells
    ]
    train(*LINE, "--seeds", "1")
    checkpoints = Path("results/checkpoints")
    checkpoints.mkdir()
    header = Header((names[2],), "cpu", "2.0")
    write(checkpoints / header.name, header, lambda file: file.write(b"state"))
    (checkpoints / "other.ckpt").write_text("no checkpoint")
    with Claims(Path("results")) as claims:
        assert claims.take(names[1]) is None
        found = told(capsys, *LINE)
        assert found["counts"] == {"done": 1, "running": 1, "interrupted": 1}
        assert [owner["cells"] for owner in found["owners"]] == [1]
        assert main(["status"]) == 0
        output = capsys.readouterr().out
    assert "1 cell: 1 done\n1 cell running: process " in output
    assert "\n1 more cell running, of which nothing is recorded yet: " in output
    assert "\n1 more cell interrupted, of which nothing is recorded yet: " in output
    assert told(capsys, *LINE)["counts"] == {"done": 1, "missing": 1, "interrupted": 1}


def test_what_changed_code_has_left(train: Train, fakes: Path, capsys: Output) -> None:
    train(*LINE, "--seeds", "2")
    change_the_code(fakes)
    # its digest is taken once for a process, so another has to look
    done = _elsewhere(fakes, "status", *LINE, "--json")
    found = json.loads(done.stdout)
    assert (found["counts"]["stale"], found["counts"]["missing"], found["counts"]["done"]) == (2, 1, 0)
    lines = _elsewhere(fakes, "status").stdout.splitlines()
    assert lines[-2:] == [
        "2 cells: 2 stale",
        "next: analogbench run -a half -d soft -t line --budget smoke --seeds 0-1",
    ]


def test_a_report_marks_them_until_there_are_records_of_the_present_code(
    train: Train, fakes: Path, capsys: Output
) -> None:
    train(*LINE, "--seeds", "2")
    assert main(["report"]) == 0
    fresh, error = capsys.readouterr()
    assert ("§" in fresh, error) == (False, "")
    change_the_code(fakes)
    done = _elsewhere(fakes, "report", check="print(*{'torch'} & set(sys.modules))")
    assert "half §" in done.stdout
    assert "torch" not in done.stdout
    assert done.stderr == (
        "2 of 2 records are stale (§), made by other code than is installed now; "
        "`analogbench status --results results` says which, and what runs them again\n"
    )
    _elsewhere(fakes, "list", check=MAKE_CURRENT)
    done = _elsewhere(fakes, "report")
    assert "half × soft (1 of 2: its numbers mix stale and current records)" in done.stdout
    assert "1 older record(s) of the same cells not used" in done.stdout
    assert done.stderr.startswith("1 of 2 records are stale (§)")


def test_without_a_selection_everything_recorded_with_commands_for_exactly_that(
    train: Train, fakes: Path, capsys: Output
) -> None:
    train("-a", "half[beta=1,2]", "-d", "soft[tau=1,2]", "-t", "line", "--budget", "smoke", "--seeds", "2")
    train("-a", "half-exact", "-d", "numbers", "-t", "line[steps=3]", "--budget", "quick", "--seeds", "3-3")
    assert told(capsys)["counts"] == {"done": 9}
    change_the_code(fakes)
    commands = json.loads(_elsewhere(fakes, "status", "--json").stdout)["next"]
    cells = []
    for command in commands:
        done = _elsewhere(fakes, *shlex.split(command)[1:], "--dry-run", "--target", "cpu")
        assert done.returncode == 0, done.stderr
        cells.append(int(done.stdout.partition(" cell")[0]))
    assert sum(cells) == 9
    assert len(commands) == 2


def test_records_of_plugins_that_are_not_here_are_believed(
    train: Train, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(*LINE, how="diverging")
    monkeypatch.setenv("ANALOGBENCH_DISABLE", "rules")
    found = told(capsys)
    assert (found["counts"], found["next"], found["retry"]) == ({"done": 2, "failed": 1}, [], [])


def test_a_suite_means_what_it_means_to_run(train: Train, capsys: Output) -> None:
    assert told(capsys, "figure-1")["counts"] == {"missing": 4}
    train("figure-1")
    assert told(capsys, "figure-1", "--seeds", "3")["counts"] == {"done": 4, "missing": 2}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "nothing is recorded in results: run `analogbench run` first, or name another folder with --results"),
        (("--budget", "smoke"), "--seeds and --budget belong to a suite, --all or a selection"),
        (("-a", "halve"), "did you mean 'half'?"),
        (("figure-1", "--all"), "a suite and --all exclude each other"),
    ],
)
def test_wrong_usage_is_one_line(train: Train, capsys: Output, args: tuple[str, ...], message: str) -> None:
    assert main(["status", *args]) == 2
    output, error = capsys.readouterr()
    assert message in error
    assert (output, len(error.splitlines())) == ("", 1)


def test_damaged_records_are_named_and_the_rest_is_told(train: Train, capsys: Output) -> None:
    train(*LINE)
    Path("results/records/bad.json").write_text("{")
    assert main(["status"]) == 0
    output, error = capsys.readouterr()
    assert "3 cells: 3 done\n" in output
    assert error.startswith("warning: damaged record results/records/bad.json: ")


def test_no_torch(train: Train, fakes: Path) -> None:
    train(*LINE)
    assert (
        "torch" not in _elsewhere(fakes, "status", check="print(sorted({'torch', 'pandas'} & set(sys.modules)))").stdout
    )


SCRIPT = """
import functools, importlib.metadata, sys
importlib.metadata.distributions = functools.partial(importlib.metadata.distributions, path=[sys.argv[1]])
from analogbench.cli.main import main
code = main(sys.argv[2:])
"""


MAKE_CURRENT = """
from pathlib import Path
from analogbench.grid.identity import identity
from analogbench.records.store import Store, read
from analogbench.registry import load
record = read(next(Path("results/records").rglob("*-s1-*.json")))
Store(Path("results")).save(record.model_copy(update={"identity": identity(record.cell, load())}))
"""
"""Stands for a run of the cell with seed 1."""


def _elsewhere(site: Path, *args: str, check: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, with the fake plugins only."""
    script = f"{SCRIPT}\n{check}\nsys.exit(code)"
    command = [sys.executable, "-c", script, str(site), *args]
    paths = ":".join([str(site), *sys.path])
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": paths, "PATH": ""})


def test_where_a_device_file_lies_is_not_known_from_records(train: Train, capsys: Output) -> None:
    Path("elsewhere.toml").write_text('schema_version = 1\nname = "mine"\ndevice = "soft"\n', encoding="utf-8")
    asked = ("-a", "half", "-d", "elsewhere.toml", "-t", "line", "--budget", "smoke")
    train(*asked, "--seeds", "1")
    assert main(["status"]) == 0
    assert "toml" not in capsys.readouterr().out, "nothing is left to run"
    train(*asked, "--seeds", "2", how="diverging")
    assert main(["status"]) == 0
    out = capsys.readouterr().out
    assert "-d mine.toml" in out
    assert out.endswith("mine.toml is a guess: records hold what a device file says, not where it is\n")
    assert main(["status", *asked]) == 0
    out = capsys.readouterr().out
    assert "-d elsewhere.toml" in out
    assert "guess" not in out
