"""`--plugin`: a single file is listed, shown, trained by workers, recorded, and stale when it changes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from analogbench.cli.main import cli, main
from analogbench.grid.sources import file_digest, module_digest

EXAMPLE = Path(__file__).parents[2] / "examples" / "third-party-algorithm"
GRID = ("-a", "analog-sign-sgd", "-d", "ideal-softbounds", "-t", "least-squares", "--budget", "smoke", "--seeds", "2")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "signs.py"
    path.write_text((EXAMPLE / "analogbench_sign_sgd" / "__init__.py").read_text(encoding="utf-8"), encoding="utf-8")
    return path


def invoke(*args: str) -> str:
    done = CliRunner().invoke(cli, list(args))
    assert done.exit_code == 0, done.output
    return done.output


def test_it_is_listed_and_shown(file: Path) -> None:
    listed = json.loads(invoke("list", "algorithms", "--json", "--plugin", str(file)))
    (row,) = [row for row in listed["algorithms"] if row["name"] == "analog-sign-sgd"]
    assert (row["plugin"], row["distribution"], row["version"]) == ("signs", "signs.py", "0+file")
    assert "threshold" in invoke("show", "analog-sign-sgd", "--plugin", str(file))
    assert "analog-sign-sgd" not in invoke("list", "algorithms"), "it holds for one command"


def test_workers_train_it_and_records_are_stale_when_it_changes(file: Path, tmp_path: Path) -> None:
    results = ("--results", str(tmp_path / "results"))
    printed = invoke("run", *GRID, "--plugin", str(file), *results, "--target", "cpu")
    assert "2 cells: 2 ok" in printed
    (first, *_) = (tmp_path / "results" / "records").rglob("*.json")
    record = json.loads(first.read_text(encoding="utf-8"))
    assert record["provenance"]["plugins"]["signs.py"] == "0+file"
    assert "2 recorded already, 0 to run" in invoke("run", *GRID, "--plugin", str(file), *results, "--dry-run")
    file.write_text(file.read_text(encoding="utf-8").replace(".clamp(min=1)", ".clamp(min=2)"), encoding="utf-8")
    file_digest.cache_clear()
    module_digest.cache_clear()
    said = invoke("status", "--plugin", str(file), *results)
    assert "2 cells: 2 stale" in said
    assert f"--plugin {file}" in said, "in the command that runs them again"


def test_the_name_of_an_installed_plugin_is_not_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tiki_taka.py"
    path.write_text("x = 1")
    assert main(["list", "--plugin", str(path)]) == 2
    assert "the name 'tiki-taka' belongs to analogbench_plugins.algorithms.tiki_taka" in capsys.readouterr().err


def test_two_files_of_one_name(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "b" / "signs.py"
    other.parent.mkdir()
    other.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["list", "--plugin", str(file), "--plugin", str(other)]) == 2
    assert "2 plugins are named 'signs'" in capsys.readouterr().err


def test_another_cluster_is_refused(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cluster = ("--cluster", "tcp://localhost:1", "--results", str(tmp_path / "r"))
    assert main(["run", *GRID, "--plugin", str(file), *cluster]) == 2
    said = capsys.readouterr().err
    assert f"the workers of tcp://localhost:1 do not have {file}: install the plugin here and there" in said
    assert said.count("\n") == 1


def test_the_environment_names_plugins_for_all_commands(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALOGBENCH_PLUGINS", os.pathsep.join([str(EXAMPLE), ""]))
    assert "sign-sgd" in invoke("plugins")
    again = invoke("plugins", "--plugin", str(EXAMPLE))
    assert again.count("analogbench-sign-sgd") == 1


def test_a_cluster_of_this_machine_has_it(file: Path, tmp_path: Path) -> None:
    where = ("--cluster", "local", "--workers", "1", "--results", str(tmp_path / "r"), "--no-report")
    assert "2 cells: 2 ok" in invoke("run", *GRID, "--plugin", str(file), *where)
