"""Whether a worker of a cluster has the same code as the command that asks it to train."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

from analogbench.grid.identity import sources
from analogbench.records.provenance import PACKAGES, plugin_versions, versions
from analogbench.registry import Registry, load

CODE = "the code of "

TRANSPORT = ("dask", "distributed")
"""Packages whose two ends must understand each other."""


def code_facts(registry: Registry) -> dict[str, str]:
    """All that must be the same for the same numbers: Python, packages, plugins and their sources. Without torch."""
    python = {"Python": ".".join(map(str, sys.version_info[:2]))}
    digests = {f"{CODE}{name}": digest for name, digest in sources(registry).items()}
    return python | versions((*PACKAGES, *TRANSPORT)) | plugin_versions(registry) | digests


def code_on_disk() -> dict[str, str]:
    """`code_facts` of the code as it is now, and as processes that are yet to come will load it, found out in one:
    this one may be days old. Raises RuntimeError if it cannot be loaded."""
    command = [sys.executable, "-m", "analogbench.run.cluster.agreement"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the code cannot be loaded: {' '.join(done.stderr.split())[-300:]}")
    facts: dict[str, str] = json.loads(done.stdout)
    return facts


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """What is not there as it is here: `torch 2.10.0 instead of 2.11.0`, `numba is missing`, `the code of algorithm
    sgd`. What is there and not here does no harm."""
    return [_difference(name, ours, there.get(name)) for name, ours in here.items() if there.get(name) != ours]


def _difference(name: str, ours: str, theirs: str | None) -> str:
    if theirs is None:
        return f"{name} is missing"
    return name if name.startswith(CODE) else f"{name} {theirs} instead of {ours}"


if __name__ == "__main__":
    print(json.dumps(code_facts(load())))
