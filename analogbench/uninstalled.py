"""Plugins that are given by their path and not installed: a single file, or the folder of a project."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from analogbench.api.marker import PROJECT
from analogbench.entries import Source
from analogbench.errors import UsageError

PLUGINS = "ANALOGBENCH_PLUGINS"
"""Environment variable: paths of plugins, separated as those of PATH are, which are loaded beside the installed ones.
Worker processes inherit it."""

FILE_VERSION = "0+file"
"""What stands for the version of a single file. What it does is known by the digest of its source."""


@dataclass(frozen=True)
class PathSource:
    """A plugin that is not installed. name, value, dist: see `Source`. path: as the user gave it."""

    name: str
    value: str
    dist: Any
    path: Path
    folders: tuple[Path, ...] = ()

    def load(self) -> ModuleType:
        """Import the file, or the project's module. Raises UsageError if the module found is another one."""
        if not self.folders:
            return _module_of(Path(self.value))
        sys.path += [str(folder) for folder in self.folders if str(folder) not in sys.path]
        module = import_module(self.value)
        if not _lies_in(module.__file__, self.path):
            raise UsageError(f"{self.value} is {module.__file__}; uninstall that, or leave this one out")
        return module


def paths_in_environment() -> list[Path]:
    """The paths that PLUGINS names."""
    return [Path(text) for text in os.environ.get(PLUGINS, "").split(os.pathsep) if text]


def sources_of(paths: Iterable[Path], installed: Sequence[Source]) -> list[PathSource]:
    """The plugins at `paths`; those of a project that is installed from its folder are left out. Raises UsageError."""
    found: dict[tuple[str, str], PathSource] = {}
    for path in paths:
        for source in _sources(path):
            if not any(_is_same(source, entry) for entry in installed):
                found[source.name, source.value] = source
    return list(found.values())


def names_in(path: Path) -> set[str]:
    """The names of the plugins at `path`, installed from there or not. Raises UsageError."""
    return {source.name for source in _sources(path)}


def _sources(path: Path) -> list[PathSource]:
    return _project(path) if os.path.isdir(path) else [_file(path)]  # noqa: PTH112 - never raises, unlike Path's


def _file(path: Path) -> PathSource:
    if not os.path.isfile(path) or path.suffix != ".py":  # noqa: PTH113 - likewise
        what = "is not a Python file" if os.path.lexists(path) else "does not exist"
        raise UsageError(f"plugin {path} {what}; give a file such as mine.py, or the folder of a project")
    return PathSource(_kebab(path.stem), str(path.absolute()), _known_as(path.name, FILE_VERSION), path)


def _project(path: Path) -> list[PathSource]:
    """The entry points of the project in a folder."""
    file = path / "pyproject.toml"
    try:
        project: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
        points = dict(project.get("entry-points", {}).get(PROJECT, {}))
    except FileNotFoundError as error:
        raise UsageError(f"plugin {path} has no pyproject.toml; give a file such as mine.py instead") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError, ValueError, TypeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from error
    if not points:
        raise UsageError(f"{file} names no plugin in [project.entry-points.{PROJECT}]")
    dist = _known_as(str(project.get("name", path.name)), str(project.get("version", "0")))
    folders = tuple(folder.absolute() for folder in (path / "src", path) if folder.is_dir())
    return [PathSource(str(name), str(module), dist, path, folders) for name, module in points.items()]


def _known_as(name: str, version: str) -> Any:
    return SimpleNamespace(metadata={"Name": name, "Version": version})


def _kebab(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "plugin"


def _module_of(path: Path) -> ModuleType:
    """The module of a file, under a name that no installed one has; loaded once."""
    name = f"analogbench_file_{re.sub(r'[^0-9A-Za-z_]', '_', path.stem)}"
    known = sys.modules.get(name)
    if known is not None and known.__file__ == str(path):
        return known
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pydantic looks up there what annotations mean, and a digest where the source lies
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _is_same(source: PathSource, entry: Source) -> bool:
    """Whether an installed plugin is that of the project in the folder, as `pip install -e` leaves it."""
    if (source.name, source.value) != (entry.name, entry.value):
        return False
    try:
        spec = importlib.util.find_spec(entry.value)
    except (ImportError, ValueError):
        return False
    return spec is not None and _lies_in(spec.origin, source.path)


def _lies_in(file: str | None, folder: Path) -> bool:
    return file is not None and Path(file).resolve().is_relative_to(folder.resolve())
