"""`analogbench check`: one line for each rule; names, files and folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analogbench.cli.main import cli, main

EXAMPLE = Path(__file__).parents[2] / "examples" / "third-party-algorithm"

SPOILT = '''
from analogbench.api import Device, hookimpl
from analogbench.testing.tiles import ExactTile

class Tile(ExactTile):
    def update(self, x, d, lr):
        super().update(x, d, -lr)

class Spoilt(Device):
    """Goes the wrong way."""
    name, source = "spoilt", "here"
    def build_tile(self, shape, context):
        return Tile(shape, context, 0.001)

@hookimpl
def analogbench_devices():
    return [Spoilt]
'''


def check(*args: str) -> Result:
    return CliRunner().invoke(cli, ["check", *args])


def test_an_installed_device_with_parameters() -> None:
    done = check("ideal-softbounds[tau=0.3]")
    assert done.exit_code == 0, done.output
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert lines[0] == "device ideal-softbounds[tau=0.3], plugin ideal of analogbench 0.1.0"
    assert "ok device-responses The mean of many updates is what the declared responses say (1 target)" in lines
    assert "10 rules: 10 ok" in lines


def test_lists_and_globs() -> None:
    done = check("digital,ideal-*[tau=0.3,0.4]")
    assert done.exit_code == 0, done.output
    heads = [line.partition(",")[0] for line in done.output.splitlines() if line.startswith("device")]
    assert heads == ["device digital", "device ideal-softbounds[tau=0.3]", "device ideal-softbounds[tau=0.4]"]


def test_what_is_broken_is_said_with_numbers_and_the_page(tmp_path: Path) -> None:
    (tmp_path / "spoilt.py").write_text(SPOILT)
    done = check(str(tmp_path / "spoilt.py"))
    assert done.exit_code == 1
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert lines[0] == "device spoilt, plugin spoilt of spoilt.py 0+file"
    (line,) = [line for line in lines if line.startswith("failed device-updates")]
    assert "at a rate of 0.05 moved the mean weight by 0.05 (docs/contracts.md#device-updates)" in line
    assert (
        "– device-bounds Weights stay within their bounds, whatever is programmed or asked for: weights have no bounds"
        in lines
    )
    assert "10 rules: 6 ok, 1 failed, 3 not applicable" in lines


def test_the_folder_of_a_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analogbench.testing.laboratory.fitting", lambda *args, **given: ["contract-bounded"])
    monkeypatch.setattr("analogbench.testing.algorithm.fitting", lambda *args, **given: ["contract-bounded"])
    done = check(str(EXAMPLE))
    assert done.exit_code == 0, done.output
    assert "algorithm analog-sign-sgd, plugin sign-sgd of analogbench-sign-sgd 0.1.0" in done.output
    assert "9 rules: 9 ok" in done.output
    assert not os.environ.get("ANALOGBENCH_PLUGINS"), "holds for one command only"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "does not exist; give a file such as mine.py, or the folder of a project"),
        ("import nosuch", "ModuleNotFoundError: No module named 'nosuch'"),
        ("def broken(:", "SyntaxError: invalid syntax"),
        ("x = 1", "implements no hook; is @hookimpl missing?"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        (SPOILT.replace('"spoilt"', '"softbounds"'), "device softbounds belongs to plugin pulsed of analogbench"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(
    content: str | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.py"
    if content is not None:
        path.write_text(content)
    for command in (["check", str(path)], ["list", "--plugin", str(path)]):
        assert main(command) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"analogbench: plugin {path}")
        assert message in said
        assert said.count("\n") == 1


def test_a_folder_without_a_plugin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 2
    assert "has no pyproject.toml" in capsys.readouterr().err
    for content, message in (
        ("[project]\nname = 'x'\n", "names no plugin in [project.entry-points.analogbench]"),
        ("[project", "cannot read"),
        ("project = 3\n", "cannot read"),
    ):
        (tmp_path / "pyproject.toml").write_text(content)
        assert main(["check", str(tmp_path)]) == 2
        said = capsys.readouterr().err
        assert message in said
        assert said.count("\n") == 1


def test_an_unknown_name_gets_a_suggestion() -> None:
    done = check("sofbounds")
    assert done.exit_code == 2
    assert "did you mean 'softbounds'?" in done.stderr


def test_a_device_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    content = 'schema_version = 1\nname = "my-array"\ndevice = "ideal-softbounds"\n[parameters]\ntau = 0.3\n'
    Path("in", "a.toml").write_text(content, encoding="utf-8")
    done = check("in/a.toml,in/a.toml[tau=0.4]")
    assert done.exit_code == 0, done.output
    lines = [line.partition(",")[0] for line in done.output.splitlines()]
    heads = ["device my-array = ideal-softbounds[tau=0.3]", "device my-array[tau=0.4] = ideal-softbounds[tau=0.4]"]
    assert [line for line in lines if line.startswith("device")] == heads
    assert lines.count("10 rules: 10 ok") == 2
    done = check("in/a.toml,gone.toml")
    assert done.exit_code == 2
    assert "device file gone.toml: No such file or directory" in done.stderr
    shown = CliRunner().invoke(cli, ["show", "in/a.toml"]).output
    assert "analogbench check in/a.toml" in shown
