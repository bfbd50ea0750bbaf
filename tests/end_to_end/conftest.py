"""A fresh environment with the built wheel and the example, in which commands run as a user's would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
EXAMPLE = CHECKOUT / "examples" / "third-party-algorithm"

HIDDEN = ("PYTHON", "PIP_", "VIRTUAL_ENV", "COV_", "COVERAGE_", "ANALOGBENCH_")
"""Beginnings of environment variables that would reach into the fresh environment."""

BROKEN = """
[project]
name = "broken-plugin"
version = "0.3"
entry-points.analogbench.broken = "broken_plugin"

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
only-include = ["broken_plugin.py"]
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment. folder: where it lies."""

    folder: Path

    @property
    def site(self) -> Path:
        """Where its own packages lie."""
        return Path(sysconfig.get_path("purelib", "venv", {"base": str(self.folder), "platbase": str(self.folder)}))

    def run(self, *command: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of the environment's programs, outside the checkout; it must exit with `code`."""
        program = Path(sysconfig.get_path("scripts", "venv", {"base": str(self.folder)})) / command[0]
        env = {k: v for k, v in os.environ.items() if not k.startswith(HIDDEN)} | variables
        done = run([str(program), *command[1:]], self.folder, env)
        assert done.returncode == code, f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def pip_install(self, *targets: Path) -> None:
        """Install wheels or source folders, without an index."""
        options = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
        self.run("pip", "install", "--quiet", *options, *map(str, targets))

    def borrow(self) -> None:
        """Let the environment see what is installed beside the running interpreter, behind its own packages."""
        paths = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
        (self.site / "borrowed.pth").write_text("".join(f"{path}\n" for path in paths))


def run(command: Sequence[str], folder: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and keep what it prints."""
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def build(source: Path, kind: str, folder: Path) -> Path:
    """Build a distribution of `source` into `folder`. kind: "wheel" or "sdist"."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(folder), str(source)]
    done = run(command, folder, env)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    return build(CHECKOUT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of the checkout."""
    return build(CHECKOUT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def build_wheel() -> Callable[[Path, Path], Path]:
    """Builds the wheel of a source folder into another folder."""

    def build_it(source: Path, folder: Path) -> Path:
        folder.mkdir()
        return build(source, "wheel", folder)

    return build_it


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example's source, so that building it leaves nothing in the checkout."""
    copy = tmp_path_factory.mktemp("example") / EXAMPLE.name
    return shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__", ".*"))


@pytest.fixture(scope="session")
def installed(wheel: Path, example: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A fresh environment with the wheel, and beside it the example."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    environment = Environment(folder)
    environment.pip_install(wheel)
    environment.borrow()  # the example is built with the hatchling that is lent
    environment.pip_install(example)
    return environment


@pytest.fixture
def broken(installed: Environment, tmp_path: Path) -> Iterator[Environment]:
    """The same environment, as long as a plugin is installed in it that raises when it is imported."""
    source = tmp_path / "broken-plugin"
    source.mkdir()
    (source / "broken_plugin.py").write_text('raise OSError("its table is\\nmissing")\n')
    (source / "pyproject.toml").write_text(BROKEN)
    installed.pip_install(source)
    yield installed
    installed.run("pip", "uninstall", "--yes", "--quiet", "broken-plugin")
