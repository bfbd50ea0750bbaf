"""`analogbench list` and `analogbench plugins`."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from analogbench.cli.main import cli
from analogbench.cli.tables import summary_of


def _run(*args: str) -> Result:
    result = CliRunner().invoke(cli, args)
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.usefixtures("fakes")
def test_everything_is_listed_with_its_origin() -> None:
    lines = [line.split() for line in _run("list").stdout.splitlines()]
    assert ["half", "rules", "fakes", "1.5", "Half", "a", "rule."] in lines
    assert ["figure-1", "learning", "fakes", "1.5", "Figure", "1"] in lines
    assert ["half-exact", "rules", "fakes", "1.5"] in lines  # a parent's docstring is not its own
    assert [line[0] for line in lines if len(line) == 1] == ["Algorithms", "Devices", "Tasks", "Suites", "Observers"]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("One sentence about it. Two.", "One sentence about it."),
        ("TTv1. A fast array.", "TTv1. A fast array."),
        ("A rule, used\n    here, as in 1.5 V. It is\n    quick.", "A rule, used here, as in 1.5 V."),
        ("No full stop\n\nMore.", "No full stop"),
        ("Such as e.g. this one.", "Such as e.g. this one."),
        (None, ""),
    ],
)
def test_the_summary_is_the_first_sentence(text: str | None, summary: str) -> None:
    assert summary_of(type("Documented", (), {"__doc__": text})) == summary


@pytest.mark.usefixtures("fakes")
def test_one_kind_can_be_listed() -> None:
    out = _run("list", "devices").stdout
    assert "soft" in out
    assert "half" not in out


@pytest.mark.usefixtures("fakes")
def test_json_for_other_programs() -> None:
    content: dict[str, Any] = json.loads(_run("list", "tasks", "--json").stdout)
    row = {
        "name": "line",
        "plugin": "learning",
        "distribution": "fakes",
        "version": "1.5",
        "description": "Fit a line.",
    }
    assert content == {"tasks": [row]}
    assert list(json.loads(_run("list", "--json").stdout)) == ["algorithms", "devices", "tasks", "suites", "observers"]


def test_a_broken_suite_does_not_hide_the_others(fakes: Path) -> None:
    (fakes / "figure-1.toml").write_text("title =")
    out = _run("list").stdout
    assert "cannot be read: suite" in out
    assert "half" in out


def test_quarantined_plugins_are_named_in_both_commands(fakes: Path) -> None:
    (fakes / "fakes_rules.py").write_text("1 / 0")
    result = _run("list", "--json")
    assert result.stderr == "analogbench: quarantined: rules; see `analogbench plugins`\n"
    assert json.loads(result.stdout)["algorithms"] == []
    lines = [line.split() for line in _run("plugins").stdout.splitlines()]
    assert ["rules", "fakes", "1.5", "quarantined", "ZeroDivisionError:", "division", "by", "zero"] in lines
    assert ["arrays", "fakes", "1.5", "ok", "device", "soft,", "device", "numbers"] in lines


@pytest.mark.usefixtures("fakes")
def test_plugins_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALOGBENCH_DISABLE", "rules,ruls")
    content = {row["name"]: row for row in json.loads(_run("plugins", "--json").stdout)}
    assert content["rules"] == {
        "name": "rules",
        "module": "fakes_rules",
        "distribution": "fakes",
        "version": "1.5",
        "provides": [],
        "state": "disabled",
        "reason": "left out on request",
    }
    assert content["ruls"]["reason"] == "not installed"
