"""How a probe, in its child process, says what it finds."""

from __future__ import annotations

import importlib
import importlib.metadata
from types import ModuleType
from typing import Protocol


class Say(Protocol):
    """Tells facts, which must be fit for JSON, to the parent at once: they outlive a crash of the child."""

    def __call__(self, **facts: object) -> None:
        """Tell facts; a later one replaces an earlier one of the same name."""


def import_package(name: str, say: Say) -> ModuleType:
    """Import a package; says its `version`, then that it is `absent` or `imported`."""
    say(version=installed_version(name))
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        say(absent=error.name == name)  # another name: it is there, and something that it needs is not
        raise
    say(imported=True)
    return module


def installed_version(name: str) -> str | None:
    """The version of a distribution, from its metadata; None where there are none."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
