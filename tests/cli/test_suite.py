"""`analogbench suite`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from analogbench.cli import main as main_module
from analogbench.cli import training
from analogbench.grid.plan import Plan
from analogbench.grid.suite import Suite
from analogbench.records.record import Record
from analogbench.report import suites
from analogbench.run.messages import Settings

Output = pytest.CaptureFixture[str]

FAKE_ENGINE = Path(__file__).parents[1] / "run"
CPU = ("--target", "cpu", "--workers", "1")

SHOWN = """
title = "Table 1"
source = "A paper, Table 1; its script"
description = "The first paragraph, which is long enough to be wrapped at the eighty columns here.\\n\\nThe second."
choices = ["The paper says 3."]
findings = ["Ours is better."]
seeds = [0, 7]
[[grid]]
algorithms = ["half"]
devices = ["soft[tau=1,2]"]
[[series]]
label = "Half"
algorithm = "half"
where = { "device.mode" = "pulsed" }
[[figure]]
kind = "curves"
name = "loss"
value = "loss"
by.keys = ["device.tau"]
[[published]]
title = "Losses"
source = "Table 1"
metric = "loss"
unit = "V"
runs = 3
numbers = [
  { series = "Half", where = { "device.tau" = 1 }, mean = 1.5, sd = 0.1 },
  { series = "Half", where = { "device.tau" = 2 }, mean = 2 },
]
"""


@pytest.fixture(autouse=True)
def here(fakes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, an engine that only pretends, and in place of the suite's own report one that says what it
    got."""

    def write(suite: Suite, plan: Plan, records: Sequence[Record], results: Path, stale: object) -> tuple[Path, ...]:
        page = results / "suites" / f"{suite.name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"{len(plan.cells)} planned, {len(records)} recorded")
        return page, page.with_suffix(".png")

    monkeypatch.setattr(suites, "write_suite_report", write)
    monkeypatch.setattr(
        suites, "suite_report_text", lambda suite, plan, records, stale: f"{suite.title}: {len(records)}"
    )
    monkeypatch.syspath_prepend(str(FAKE_ENGINE))
    monkeypatch.setattr(training, "SETTINGS", Settings(train="fake_training:succeed", load="fake_training:no_registry"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


def analogbench(*args: str) -> int:
    return main_module.main(args)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_list_says_what_there_is(fakes: Path, capsys: Output) -> None:
    assert analogbench("suite", "list") == 0
    lines = _lines(capsys.readouterr().out)
    assert lines[0] == "name title budget seeds cells reproduces from"
    assert lines[2] == "figure-1 Figure 1 smoke 2 4 fakes 1.5"
    (fakes / "figure-1.toml").write_text(SHOWN)
    assert analogbench("suite", "list") == 0
    assert _lines(capsys.readouterr().out)[2] == "figure-1 Table 1 quick 2 4 A paper, Table 1 fakes 1.5"


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("titel = 't'\n[[grid]]", ", line 1: the key 'title' is missing; line 1: unknown key 'titel'; did you"),
        (
            "title = 't'\n[[grid]]\ntasks = ['lime']",
            ", line 3, grid 1, tasks: unknown task 'lime'; did you mean 'line'",
        ),
    ],
)
def test_a_broken_suite_is_listed_with_its_problem_beside_the_others(
    fakes: Path, capsys: Output, broken: str, problem: str
) -> None:
    path = fakes / "broken.toml"
    path.write_text(broken)
    plugin = fakes / "fakes_learning.py"
    plugin.write_text(
        plugin.read_text().replace('"figure-1.toml"]', '"figure-1.toml", Path(__file__).parent / "broken.toml"]')
    )
    assert analogbench("suite", "list") == 0
    output, error = capsys.readouterr()
    lines = _lines(output)
    assert lines[2].startswith("broken broken: suite")
    assert "figure-1 Figure 1 smoke 2 4 fakes 1.5" in lines
    assert error.startswith(f"warning: suite broken cannot be used: suite {path}{problem}")
    assert len(error.splitlines()) == 1


def test_show_explains_a_suite(tmp_path: Path, capsys: Output) -> None:
    Path("table-1.toml").write_text(SHOWN)
    assert analogbench("suite", "show", "table-1.toml") == 0
    output, error = capsys.readouterr()
    assert error == ""
    assert max(map(len, output.splitlines())) <= 80
    assert output.startswith(
        "Table 1\n\nThe first paragraph, which is long enough to be wrapped at the eighty columns\nhere.\n"
    )
    assert {
        "The second.",
        "source A paper, Table 1; its script",
        "budget quick",
        "seeds 0, 7",
        "cells 4",
        "devices soft[tau=1,2]",
        "tasks all",
        "run analogbench suite run table-1.toml",
        "- The paper says 3.",
        "- Ours is better.",
        "- Half: algorithm half, device.mode = pulsed",
        "- loss: curves of loss; colours by device.tau",
        "Published: Losses (Table 1; 3 runs)",
        "series device.tau loss, V sd",
        "Half 1 1.5 0.1",
        "Half 2 2.0",
    } <= set(_lines(output))


def test_run_does_what_run_does_and_ends_with_the_report_on_the_suite(capsys: Output) -> None:
    said = []
    for folder, command in {"one": ("suite", "run"), "two": ("run",)}.items():
        assert analogbench(*command, "figure-1", *CPU, "--results", folder) == 0
        output, error = capsys.readouterr()
        said.append((output.replace(folder, "there"), error))
        assert Path(f"{folder}/suites/figure-1.md").read_text() == "4 planned, 4 recorded"
    lines = said[0][0].splitlines()
    assert [line for line in lines if line.startswith(("Figure 1: ", "4 cells: "))] == ["Figure 1: 4", "4 cells: 4 ok"]
    assert lines[-1].startswith("records in there/records; tables and plots in there (")
    assert lines[-1].endswith("; report on suite figure-1 in there/suites/figure-1.md (2 files)")
    assert said[0][0] == said[1][0]
    assert "[4/4]" in said[0][1]


def test_seeds_budget_and_no_report_hold_for_suites(capsys: Output) -> None:
    args = ("--seeds", "7", "--budget", "quick", "--no-report", "--force", "--stack", "2")
    assert analogbench("suite", "run", "figure-1", *CPU, *args[:1], "7-7", *args[2:]) == 0
    output, _ = capsys.readouterr()
    assert "\n2 cells: 2 ok\n" in output
    assert output.splitlines()[-1] == "records in results/records"
    assert not Path("results/suites").exists()
    assert len(list(Path("results/records").rglob("*-quick-s7-*.json"))) == 2


def test_dry_run_trains_nothing(capsys: Output) -> None:
    assert analogbench("suite", "run", "figure-1", *CPU, "--dry-run") == 0
    assert capsys.readouterr().out.startswith("4 cells: 0 recorded already, 4 to run in 1 job; ")
    assert not Path("results").exists()


def test_report_writes_it_again_without_training(capsys: Output) -> None:
    assert analogbench("suite", "run", "figure-1", *CPU, "--no-report", "--seeds", "3") == 0
    capsys.readouterr()
    assert analogbench("suite", "report", "figure-1") == 0
    output, _ = capsys.readouterr()
    assert output == "Figure 1: 6\n\nreport on suite figure-1 in results/suites/figure-1.md (2 files)\n"
    assert Path("results/suites/figure-1.md").read_text() == "4 planned, 6 recorded"
    assert analogbench("suite", "report", "figure-1", "--budget", "paper") == 2
    assert capsys.readouterr().err == (
        "analogbench: no records of suite figure-1 in results: run `analogbench suite run figure-1` first, "
        "or name another folder with --results\n"
    )


WRONG = "title = 't'\n[[grid]]\nalgorithms = ['half']\n[[series]]\nlabel = 'a'\nalgorithm = 'none'"


@pytest.mark.parametrize("command", ["show", "run", "report"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("figure-2", "unknown suite 'figure-2'; did you mean 'figure-1'? (choose from: figure-1)"),
        ("none.toml", "suite none.toml: No such file or directory"),
        ("bad.toml", "suite bad.toml, line 2: unknown key 'grids'; did you mean 'grid'? (choose from: "),
    ],
)
def test_a_wrong_name_or_file_is_one_line(capsys: Output, command: str, name: str, message: str) -> None:
    Path("bad.toml").write_text("title = 't'\ngrids = 1\n[[grid]]\n")
    assert analogbench("suite", command, name) == 2
    output, error = capsys.readouterr()
    assert error.startswith(f"analogbench: {message}")
    assert len(error.splitlines()) == 1
    assert output == ""


def test_what_the_report_could_not_show_is_refused_before_training(capsys: Output) -> None:
    Path("wrong.toml").write_text(WRONG)
    assert analogbench("suite", "run", "wrong.toml", *CPU) == 2
    message = "suite wrong.toml, line 4, series 1: series 'a' matches no cell of the suite"
    assert capsys.readouterr().err == f"analogbench: {message}\n"
    assert analogbench("suite", "show", "wrong.toml") == 0
    assert message in " ".join(capsys.readouterr().out.split())


def test_warnings_and_names_are_told_before_training(capsys: Output) -> None:
    Path("my suite.toml").write_text(SHOWN.replace('value = "loss"', 'value = "nosuch"'))
    assert analogbench("suite", "run", "my suite.toml", *CPU, "--dry-run") == 0
    assert capsys.readouterr().err == (
        "warning: suite my suite.toml, line 18, figure 1, value: no task of the suite declares 'nosuch'; they declare: "
        "loss (and train_loss); the figure may stay empty\n"
    )
    assert analogbench("suite", "report", "my suite.toml") == 2
    assert "run `analogbench suite run 'my suite.toml'` first" in capsys.readouterr().err
    Path("figure-1.toml").write_text(SHOWN)
    assert analogbench("suite", "run", "figure-1.toml", *CPU) == 2
    assert capsys.readouterr().err == (
        "analogbench: suite figure-1.toml: an installed suite of fakes is called 'figure-1', too, and the one's report "
        "would replace the other's; rename the file\n"
    )


def test_an_unknown_command_gets_a_suggestion(capsys: Output) -> None:
    assert analogbench("suite", "lst") == 2
    assert "unknown command 'lst'; did you mean 'list'?" in capsys.readouterr().err


def test_nothing_slow_is_imported_before_it_is_needed() -> None:
    code = """
import sys
from analogbench.cli.main import main
codes = [main(["suite", *args]) for args in (["--help"], ["list"], ["show", "exactness"], ["run", "--help"])]
dry = main(["suite", "run", "exactness", "--dry-run", "--target", "cpu"])
sys.exit(any(codes) or dry or any(name in sys.modules for name in ("torch", "matplotlib", "pandas")))
"""
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ, stdout=subprocess.DEVNULL)
