"""`analogbench show`."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from analogbench.cli.main import cli


def _show(name: str) -> list[str]:
    result = CliRunner().invoke(cli, ["show", name])
    assert result.exit_code == 0, result.output
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("fakes")
def test_an_algorithm() -> None:
    lines = _show("half")
    assert lines[0] == "algorithm half, plugin rules of fakes 1.5"
    assert {"Half a rule.", "More about it.", "formula W <- W / 2", "source Someone 2020", "fits soft"} <= set(lines)
    assert "beta 1.0 number > 0, ≤ 2 V yes share of the step" in lines
    assert any(line.startswith("lr none number > 0 or none yes learning rate;") for line in lines)
    assert "every 1 integer ≥ 1 steps between transfers" in lines
    assert "mode fast text how it is read" in lines


@pytest.mark.usefixtures("fakes")
def test_a_device() -> None:
    lines = _show("soft")
    assert {"source A paper", "tile analog", "fits half"} <= set(lines)
    assert "mode pulsed pulsed or expected update mode" in lines
    assert "quiet false true, false without noise" in lines
    assert {"tile digital", "fits half-exact", "no parameters"} <= set(_show("numbers"))


@pytest.mark.usefixtures("fakes")
def test_a_task_with_its_protocols() -> None:
    lines = _show("line")
    assert "metric Loss (loss, V), lower is better" in lines
    assert (
        "budget epochs batch lr_digital lr_analog step_epochs "
        "step_factor evaluate_every evaluation_batch steps_per_epoch" in lines
    )
    assert "paper 10 1 0.1 0.05 0 1.0 1 250 1" in lines
    assert "seed none integer or none seed of the data" in lines


@pytest.mark.usefixtures("fakes")
def test_a_suite_and_one_that_cannot_run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _show("figure-1")
    assert {
        "Figure 1",
        "Half against exact.",
        "budget smoke",
        "seeds 0, 1",
        "devices soft[tau=1,2]",
        "tasks all",
    } <= set(lines)
    assert "cells 4" in lines
    monkeypatch.setenv("ANALOGBENCH_DISABLE", "rules")
    assert any(line.startswith("cells cannot be run here:") for line in _show("figure-1"))


def test_a_rule_that_cannot_say_what_it_fits(fakes: Path) -> None:
    path = fakes / "fakes_rules.py"
    path.write_text(path.read_text().replace("return not device.analog", "raise RuntimeError('nofit')"))
    lines = _show("half-exact")
    assert {"fits no device", "problem fits() raised RuntimeError: nofit"} <= set(lines)
    assert {"tile digital", "fits no algorithm"} <= set(_show("numbers"))


def test_a_task_that_cannot_say_its_protocol_is_named(fakes: Path) -> None:
    path = fakes / "fakes_learning.py"
    path.write_text(path.read_text().replace("return Protocol(", "return missing("))
    result = CliRunner().invoke(cli, ["show", "line"])
    assert result.exit_code == 1
    assert "task line of plugin learning: protocol() raised NameError" in result.stderr


@pytest.mark.usefixtures("fakes")
def test_an_unknown_name_gets_a_suggestion() -> None:
    result = CliRunner().invoke(cli, ["show", "sotf"])
    assert result.exit_code == 2
    assert "unknown algorithm, device, task, suite or observer 'sotf'; did you mean 'soft'?" in result.stderr
