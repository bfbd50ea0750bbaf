from pathlib import Path

import pytest

from analogbench.data import data_dir, shown


def test_the_environment_wins_over_the_platforms_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANALOGBENCH_DATA", str(tmp_path))
    assert data_dir() == tmp_path
    monkeypatch.setenv("ANALOGBENCH_DATA", "~/sets")
    assert data_dir() == Path.home() / "sets"
    monkeypatch.setenv("ANALOGBENCH_DATA", "")
    assert data_dir().name == "analogbench"


def test_the_home_directory_is_not_shown() -> None:
    assert shown(Path.home() / "sets") == "~/sets"
    assert shown(Path("/data")) == "/data"
