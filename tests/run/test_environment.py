"""What workers find in their environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analogbench.run import environment as module
from analogbench.run.environment import environment, kernels_are_kept, worker_variables
from analogbench.run.messages import Settings

SETTINGS = Settings(threads=2, address="/tmp/analogbench-x/progress")


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)


def test_numba_keeps_its_places_where_one_is_writable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "to" / "be" / "made"):
        monkeypatch.setattr(module, "_numba_folders", lambda folder=folder: (Path("/proc/1"), folder))
        assert "NUMBA_CACHE_DIR" not in worker_variables(SETTINGS)


def test_numba_gets_a_place_where_none_is_writable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(module, "_numba_folders", lambda: (Path("/sys/x"), tmp_path / "file" / "numba"))
    monkeypatch.setattr(module.os, "access", lambda path, mode: str(path) != "/sys")
    assert worker_variables(SETTINGS)["NUMBA_CACHE_DIR"] == "/tmp/analogbench-x/numba"
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/mine")
    assert "NUMBA_CACHE_DIR" not in worker_variables(SETTINGS)


def test_the_environment_is_as_before_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    before = dict(os.environ)
    with environment(worker_variables(SETTINGS)):
        assert os.environ["OMP_NUM_THREADS"] == "2"
    assert dict(os.environ) == before


@pytest.mark.parametrize("set_by_user", [True, False])
def test_kernels_are_kept_until_one_of_them_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, set_by_user: bool
) -> None:
    package = tmp_path / "analogbench"
    source = package / "crossbar" / "kernels" / "cpu.py"
    kept = tmp_path / "cache" / "kernels_0a1b" / "cpu.update-7.py311.nbi"
    for path in (source, kept):
        path.parent.mkdir(parents=True)
    source.write_text("")
    monkeypatch.setattr(module.analogbench, "__file__", str(package / "__init__.py"))
    monkeypatch.setattr(module, "_numba_folders", lambda: (package, tmp_path / "cache"))
    if set_by_user:
        monkeypatch.setattr(module, "_numba_folders", lambda: (package, tmp_path / "elsewhere"))
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    assert not kernels_are_kept()
    kept.write_text("")
    os.utime(kept, (source.stat().st_mtime + 1,) * 2)
    assert kernels_are_kept()
    os.utime(source, (kept.stat().st_mtime + 1,) * 2)
    assert not kernels_are_kept()


def test_kernels_beside_their_source_are_kept_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kernels = tmp_path / "crossbar" / "kernels"
    (kernels / "__pycache__").mkdir(parents=True)
    (kernels / "cpu.py").write_text("")
    monkeypatch.setattr(module.analogbench, "__file__", str(tmp_path / "__init__.py"))
    assert not kernels_are_kept()
    index = kernels / "__pycache__" / "cpu.update-7.py311.nbi"
    index.write_text("")
    os.utime(index, ((kernels / "cpu.py").stat().st_mtime + 1,) * 2)
    assert kernels_are_kept()
