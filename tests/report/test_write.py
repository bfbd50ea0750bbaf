import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from analogbench.cli.report import report
from analogbench.errors import UsageError
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.report.write import write_report
from tests.report.conftest import MakeRecord


@pytest.fixture
def results(grid: list[Record], tmp_path: Path) -> Path:
    for record in grid:
        Store(tmp_path).save(record)
    return tmp_path


def test_everything_is_written_and_nothing_removed(results: Path) -> None:
    (results / "plots").mkdir()
    (results / "plots" / "mine.txt").write_text("keep")
    written = write_report(results)
    assert all(path.is_file() for path in written.paths)
    assert {"leaderboard.md", "mnist-quick.tex", "curves-mnist-quick.svg"} <= {path.name for path in written.paths}
    assert written.notes == ()
    assert (results / "plots" / "mine.txt").read_text() == "keep"


def test_damaged_records_are_named(results: Path) -> None:
    (results / "records" / "bad.json").write_text("{")
    (note,) = write_report(results).notes
    assert "bad.json" in note


def test_no_records(tmp_path: Path) -> None:
    assert write_report(tmp_path).paths == ()


def test_command(results: Path) -> None:
    (results / "records" / "bad.json").write_text("{")
    done = CliRunner().invoke(report, ["--results", str(results)], catch_exceptions=False)
    assert done.exit_code == 1
    assert "mnist · MNIST-5k · quick" in done.stdout
    assert "wrote " in done.stdout
    assert "bad.json" in done.stderr


def test_command_selects(results: Path, make: MakeRecord) -> None:
    Store(results).save(make(task="other[a=1]", budget="paper"))
    run = CliRunner().invoke
    assert "mnist" not in run(report, ["--results", str(results), "-t", "oth*"]).stdout.split("wrote")[0]
    assert "mnist" not in run(report, ["--results", str(results), "-t", "other[a=1]"]).stdout.split("wrote")[0]
    assert "other" not in run(report, ["--results", str(results), "--budget", "quick"]).stdout.split("wrote")[0]
    nothing = run(report, ["--results", str(results), "--budget", "smoke"])
    assert isinstance(nothing.exception, UsageError)
    assert "mnist (quick), other (paper)" in str(nothing.exception)


def test_command_without_records(tmp_path: Path) -> None:
    done = CliRunner().invoke(report, ["--results", str(tmp_path)])
    assert isinstance(done.exception, UsageError)
    assert "no records in" in str(done.exception)


@pytest.mark.parametrize("name", ["tables", "plots", "leaderboard.md"])
def test_what_cannot_be_written_costs_no_leaderboard(results: Path, name: str) -> None:
    if name == "leaderboard.md":
        (results / name).mkdir()
    else:
        (results / name).write_text("in the way")
    done = CliRunner().invoke(report, ["--results", str(results)])
    assert "mnist · MNIST-5k · quick" in done.stdout
    assert isinstance(done.exception, UsageError)
    assert str(done.exception).startswith(f"cannot write {results / name}: ")
    with pytest.raises(UsageError, match="cannot write"):
        write_report(results)


def test_long_labels(make: MakeRecord, tmp_path: Path) -> None:
    for value in (1, 2):
        Store(tmp_path).save(make("a", f"x[tau={value}]", f"task[{'p' * 300}={value}]"))
    assert all(path.is_file() for path in write_report(tmp_path).paths)


def test_no_torch_no_plugins() -> None:
    code = (
        "import sys, analogbench.report.write, analogbench.report.plots, analogbench.cli.report as c;"
        "bad = {'torch', 'analogbench_plugins'} & set(sys.modules); assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_command_line_does_not_import_pandas() -> None:
    code = "import sys, analogbench.cli.report; assert not {'pandas', 'matplotlib'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
