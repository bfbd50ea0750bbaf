"""Where a record comes from: the command, the code and the machine, so that a number can be traced and run again."""

from __future__ import annotations

import importlib.metadata
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analogbench.records.machine import machine, output

if TYPE_CHECKING:
    from analogbench.registry import Registry

PACKAGES = ("analogbench", "torch", "torchvision", "numpy", "numba", "aihwkit")
"""Packages whose version changes numbers; read from their metadata, so that nothing is imported."""


def provenance(command: Sequence[str], registry: Registry) -> dict[str, Any]:
    """What is the same for all records of one run. The worker adds its device, the coordinator start and end."""
    return {
        "command": shlex.join(command),
        "git": git_state(Path.cwd()),
        "versions": versions(PACKAGES),
        "plugins": plugin_versions(registry),
        **machine(),
    }


def now() -> str:
    """The time, ISO 8601, UTC, in seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def versions(packages: Sequence[str]) -> dict[str, str]:
    """The version of each of `packages` that is installed."""
    found = {}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def plugin_versions(registry: Registry) -> dict[str, str]:
    """The version of each distribution that provides an algorithm, a device or a task."""
    entries = [*registry.algorithms.values(), *registry.devices.values(), *registry.tasks.values()]
    return {entry.distribution: entry.version for entry in sorted(entries, key=lambda entry: entry.distribution)}


def git_state(folder: Path) -> dict[str, Any] | None:
    """The commit that `folder` is at, and whether tracked files differ from it; None without a repository or git."""
    commit = output("git", "-C", str(folder), "rev-parse", "HEAD")
    if commit is None:
        return None
    changes = output("git", "-C", str(folder), "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit, "dirty": None if changes is None else bool(changes)}
