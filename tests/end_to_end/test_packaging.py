"""What is shipped: both trees in the wheel, all that tests need in the sdist, entry points that are not stale."""

from __future__ import annotations

import configparser
import importlib.metadata
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import analogbench

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """The table `project` of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def _sources(tree: str) -> set[str]:
    """The files of one source tree, as they are called in the wheel."""
    folder = CHECKOUT / tree
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder.parent).as_posix() for path in files}


def _packaged(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


@pytest.mark.e2e
def test_the_wheel_contains_both_trees_and_nothing_else(wheel: Path) -> None:
    packaged = _packaged(wheel)
    assert packaged == _sources("analogbench") | _sources("plugins/analogbench_plugins")
    assert "analogbench_plugins/suites/exactness.toml" in packaged


@pytest.mark.e2e
def test_the_wheel_declares_every_plugin(wheel: Path, project: dict[str, Any]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt"))
        points = configparser.ConfigParser(delimiters="=")
        points.read_string(archive.read(name).decode())
    assert dict(points["analogbench"]) == project["entry-points"]["analogbench"]
    assert dict(points["console_scripts"]) == project["scripts"]


@pytest.mark.e2e
def test_the_sdist_is_complete(
    sdist: Path, wheel: Path, tmp_path: Path, build_wheel: Callable[[Path, Path], Path]
) -> None:
    with tarfile.open(sdist) as archive:
        # Python 3.11.0 to 3.11.3 have no filters, and Python 3.12 warns where none is given.
        archive.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (folder,) = tmp_path.iterdir()
    for name in ("tests", "examples"):
        there = {path.relative_to(CHECKOUT) for path in (CHECKOUT / name).rglob("*.py")}
        assert {path for path in there if not (folder / path).is_file()} == set()
    for name in ("tox.ini", "README.md", "LICENSE", "CHANGELOG.md", "examples/third-party-algorithm/pyproject.toml"):
        assert (folder / name).is_file(), name
    assert not (folder / "results").exists()
    assert not list(folder.rglob("__pycache__"))
    assert _packaged(build_wheel(folder, tmp_path / "dist")) == _packaged(wheel)


def test_the_installed_entry_points_are_those_of_pyproject(project: dict[str, Any]) -> None:
    mine = [point for point in importlib.metadata.entry_points(group="analogbench") if point.dist is not None]
    installed = {point.name: point.value for point in mine if point.dist.name == "analogbench"}
    stale = "stale installation: run `pip install -e .` again"
    assert installed == project["entry-points"]["analogbench"], stale
    assert importlib.metadata.entry_points(group="pytest11", name="analogbench"), stale


def test_the_version_is_the_same_everywhere(project: dict[str, Any]) -> None:
    assert importlib.metadata.version("analogbench") == analogbench.__version__ == project["version"]
