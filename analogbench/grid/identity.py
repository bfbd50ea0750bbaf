"""What makes two runs of a cell the same run: the cell's spec, and the code that turns it into numbers."""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import analogbench
from analogbench.api.marker import PROJECT
from analogbench.errors import PluginError
from analogbench.grid.parameters import complete
from analogbench.grid.sources import file_digest, module_digest, tree_digest

if TYPE_CHECKING:
    from analogbench.admission import Kind
    from analogbench.grid.cell import Cell, Part
    from analogbench.registry import Entry, Registry

_HARNESS = ("api", "crossbar", "engine", "simd", "data/formats", "data/reading.py")
"""What of the harness makes numbers; a change elsewhere leaves every record valid."""


def identity(cell: Cell, registry: Registry) -> str:
    """Sha256, in hexadecimal, of all that decides the numbers of `cell`.

    Versions of torch and of the machine are not in it: the record's provenance keeps them. Raises UnknownNameError if a
    plugin of the cell is not there, ParameterError if it does not take the cell's parameters, and PluginError if its
    source cannot be found.
    """
    spec = {
        "algorithm": _part("algorithm", cell.algorithm, registry),
        "device": _part("device", cell.device, registry),
        "task": _part("task", cell.task, registry),
        "budget": cell.budget,
        "seed": cell.seed,
        "harness": _harness(),
    }
    return hashlib.sha256(json.dumps(spec, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def sources(registry: Registry) -> dict[str, str]:
    """A digest for each piece of code that makes numbers: the harness's, and every algorithm's, device's and task's.

    Raises PluginError if the source of a plugin cannot be found.
    """
    kinds = {"algorithm": registry.algorithms, "device": registry.devices, "task": registry.tasks}
    own = {f"{kind} {name}": _source(entry) for kind, entries in kinds.items() for name, entry in entries.items()}
    return {f"analogbench/{name}": digest for name, digest in _harness().items()} | own


def _part(kind: Kind, part: Part, registry: Registry) -> dict[str, Any]:
    entry = registry.get(kind, part.name)
    return ({"alias": part.alias} if part.alias else {}) | {
        "name": part.name,
        "params": complete(part.name, entry.value.Params, part.params),
        "distribution": entry.distribution,
        # A third party's numbers may rest on more than its Python sources; its version stands for the rest.
        "version": "" if entry.distribution == PROJECT else entry.version,
        "source": _source(entry),
    }


def _source(entry: Entry[type[Any]]) -> str:
    """The digest of the module that defines a class, with what it imports from its own top-level package."""
    name = entry.value.__module__
    path = getattr(sys.modules.get(name), "__file__", None)
    if not path:
        raise PluginError(f"plugin {entry.plugin}: the source of {entry.name} cannot be found")
    return module_digest(name, Path(path))


@cache
def _harness() -> dict[str, str]:
    root = Path(analogbench.__file__).parent
    return {name: file_digest(root / name) if name.endswith(".py") else tree_digest(root / name) for name in _HARNESS}
