"""`analogbench new`: what it writes keeps its contract and runs; names and folders that will not do are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from analogbench.cli.main import cli, main

KINDS = ("algorithm", "device", "task")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_small_and_complete(kind: str, tmp_path: Path) -> None:
    assert main(["new", kind, "my-own", "--into", str(tmp_path / "deep")]) == 0
    folder = tmp_path / "deep" / "analogbench-my-own"
    files = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }
    assert files.keys() == {"pyproject.toml", "README.md", "analogbench_my_own.py", "tests/test_my_own.py"}
    assert not [path for path, text in files.items() if "$" in text]
    assert len(files["analogbench_my_own.py"].splitlines()) <= 90
    for path, text in files.items():
        assert max(map(len, text.splitlines())) <= 135, path
        if path.endswith(".py"):
            compile(text, path, "exec")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["analogbench-my-own"]


def test_what_is_written_runs_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(cli, ["new", "task", "moons"]).stdout
    (command,) = [line.split()[1:] for line in said.splitlines() if "analogbench run" in line]
    done = CliRunner().invoke(cli, [*command, "--seeds", "1", "--target", "cpu", "--no-report"])
    assert done.exit_code == 0, done.output
    assert "2 cells: 2 ok" in done.output
    assert "two moons" in done.output


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("algorithm", "Mine", "'Mine' is no name for algorithms: small letters"),
        ("device", "3-state", "such as my-device"),
        ("task", "a_b", "is no name for tasks"),
        ("task", "", "is no name for tasks"),
        ("task", "../../etc", "is no name for tasks"),
        ("task", "a" * 51, "at most 50"),
        ("algorithm", "tiki-taka", "belongs to the algorithm of plugin tiki-taka, analogbench"),
        ("device", "mnist", "belongs to a plugin of analogbench"),
        ("algorithm", "plugins", "belongs to the module analogbench_plugins, which is installed"),
        ("device", "none", "the class would be called None"),
        ("device", "tile", "the class would be called Tile"),
    ],
)
def test_names_that_will_not_do(
    kind: str, name: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", kind, name, "--into", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "analogbench-mine").mkdir()
    assert main(["new", "task", "mine", "--into", str(tmp_path)]) == 2
    assert "is there already; remove it, choose another name" in capsys.readouterr().err
    assert not list((tmp_path / "analogbench-mine").iterdir())


def test_a_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["new", "task", "mine", "--into", str(tmp_path / "file" / "deeper")]) == 2
    assert "cannot write" in capsys.readouterr().err
