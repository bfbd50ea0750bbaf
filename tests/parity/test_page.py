"""The page is what its sections say."""

import json
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from analogbench_plugins.parity import __main__ as command
from analogbench_plugins.parity import page
from analogbench_plugins.parity.page import Section, Settings, write_page


@pytest.fixture(autouse=True)
def _versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if AIHWKIT were installed."""

    def version(name: str) -> str:
        if name not in page.PACKAGES:
            raise PackageNotFoundError(name)
        return "1.2"

    monkeypatch.setattr(page, "version", version)


def agreeing(settings: Settings) -> Section:
    return Section("First", f"{settings.draws} draws.", {"a": 1}, 3)


def differing(_: Settings) -> Section:
    return Section("Second", "More.", [1, 2], 4, ["something"], alpha=0.001)


def test_sections_and_numbers_are_written(tmp_path: Path) -> None:
    assert write_page([agreeing], Settings(500, 7, tmp_path / "new")) == []
    text = (tmp_path / "new" / "index.md").read_text(encoding="utf-8")
    assert "All 3 comparisons agree" in text
    assert "## First\n\n500 draws." in text
    assert "--draws 500 --seed 7" in text
    assert "aihwkit 1.2" in text
    numbers = json.loads((tmp_path / "new" / "numbers.json").read_text(encoding="utf-8"))
    assert numbers["sections"] == {"First": {"a": 1}}


def test_what_differs_is_said_first(tmp_path: Path) -> None:
    assert write_page([agreeing, differing], Settings(500, 7, tmp_path)) == ["Second: something"]
    text = (tmp_path / "index.md").read_text(encoding="utf-8")
    assert "**1 of 7 comparisons differ:**\n\n- Second: something\n" in text
    assert "whole training runs included, at most 0.004." in text


@pytest.mark.parametrize("arguments", [["--draws", "10"], ["--seed", "-1"]])
def test_arguments_out_of_range(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["--out", "x", *arguments])
    assert "must be at least" in capsys.readouterr().err


def test_without_aihwkit_the_command_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="2"):
        command.main(["--out", "x"])
    assert "pip install aihwkit==1.1.0" in capsys.readouterr().err


@pytest.mark.parametrize(("sections", "code"), [([agreeing], 0), ([differing], 1)])
def test_the_exit_code(sections: list, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("aihwkit", reason="AIHWKIT is not installed: pip install aihwkit==1.1.0")
    monkeypatch.setattr("analogbench_plugins.parity.sections.SECTIONS", sections)
    (tmp_path / "records").mkdir()
    assert command.main(["--out", str(tmp_path), "--records", str(tmp_path)]) == code


def test_without_records_of_runs_the_command_says_how_to_make_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("aihwkit", reason="AIHWKIT is not installed: pip install aihwkit==1.1.0")
    with pytest.raises(SystemExit, match="2"):
        command.main(["--out", str(tmp_path), "--records", str(tmp_path / "none")])
    assert "make them: analogbench run parity --results" in capsys.readouterr().err
