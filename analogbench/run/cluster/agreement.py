"""Whether a worker of a cluster has the same code as the command that asks it to train."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from analogbench.grid.identity import sources
from analogbench.records.provenance import PACKAGES, plugin_versions, versions
from analogbench.registry import Registry

CODE = "the code of "

TRANSPORT = ("dask", "distributed")
"""Packages whose two ends must understand each other."""


def code_facts(registry: Registry) -> dict[str, str]:
    """All that must be the same for the same numbers: Python, packages, plugins and their sources. Without torch."""
    python = {"Python": ".".join(map(str, sys.version_info[:2]))}
    digests = {f"{CODE}{name}": digest for name, digest in sources(registry).items()}
    return python | versions((*PACKAGES, *TRANSPORT)) | plugin_versions(registry) | digests


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """What is not there as it is here: `torch 2.10.0 instead of 2.11.0`, `numba is missing`, `the code of algorithm
    sgd`. What is there and not here does no harm."""
    return [_difference(name, ours, there.get(name)) for name, ours in here.items() if there.get(name) != ours]


def _difference(name: str, ours: str, theirs: str | None) -> str:
    if theirs is None:
        return f"{name} is missing"
    return name if name.startswith(CODE) else f"{name} {theirs} instead of {ours}"
