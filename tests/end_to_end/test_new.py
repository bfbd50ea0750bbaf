"""Each new distribution, as it was written, is installed, passes its tests and becomes a row of the leaderboard."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Environment

pytestmark = pytest.mark.e2e


@pytest.fixture(params=["algorithm", "device", "task"])
def fresh(request: pytest.FixtureRequest, installed: Environment, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Kind and folder of a distribution that was written by the installed command, and is installed itself."""
    installed.run("analogbench", "new", request.param, "my-own", "--into", str(tmp_path))
    folder = tmp_path / "analogbench-my-own"
    installed.pip_install(folder)
    yield request.param, folder
    installed.run("pip", "uninstall", "--yes", "--quiet", "analogbench-my-own")


def test_a_new_distribution_does_all_that_its_readme_says(
    fresh: tuple[str, Path], installed: Environment, tmp_path: Path
) -> None:
    kind, folder = fresh
    done = installed.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder))
    assert re.search(r"^\d+ passed", done.stdout.splitlines()[-1]), done.stdout
    checked = installed.run("analogbench", "check", "my-own")
    assert f"{kind} my-own, plugin my-own of analogbench-my-own 0.1.0" in checked.stdout
    (line,) = re.findall(r"^analogbench run .*$", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    options = ("--seeds", "1", "--target", "cpu", "--results", str(tmp_path / "results"))
    ran = installed.run(*shlex.split(line), *options)
    assert re.search(r"^\d cells: \d ok$", ran.stdout, re.MULTILINE), ran.stdout
    assert "my-own" in ran.stdout
