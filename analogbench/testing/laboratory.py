"""A registry in which the class under test stands beside what is installed and beside known references."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, cast

from analogbench.admission import Kind
from analogbench.api.params import Params, stackable_names
from analogbench.grid.cell import Cell, Part
from analogbench.grid.parameters import complete
from analogbench.grid.plan import fits
from analogbench.grid.selection import unusable
from analogbench.registry import DISABLE, Entry, Registry, load
from analogbench.uninstalled import PLUGINS

SEEDS = (0, 1, 2, 3, 4)
"""Of five replicas that are trained together."""

ALONE = 3
"""The one of them that is also trained alone."""


def installed() -> Registry:
    """What is installed or given by its path, loaded once."""
    return _loaded(*(os.environ.get(name, "") for name in (DISABLE, PLUGINS)))


@cache
def _loaded(*environment: str) -> Registry:
    return load()


def laboratory(kind: Kind, plugin: type[Any]) -> Registry:
    """What is installed, the references of this package, and `plugin` in the place of whatever has its name."""
    from analogbench.testing.references import DEVICES, RULES, TASKS

    registry, tables = installed(), {"algorithm": {}, "device": {}, "task": {}}  # type: ignore[var-annotated]
    added = [*(("algorithm", r) for r in RULES), *(("device", d) for d in DEVICES), *(("task", t) for t in TASKS)]
    for table, value in (*added, (kind, plugin)):
        tables[table][value.name] = Entry(value.name, value, "contract", "contract", "0")
    return replace(
        registry,
        algorithms={**registry.algorithms, **tables["algorithm"]},
        devices={**registry.devices, **tables["device"]},
        tasks={**registry.tasks, **tables["task"]},
    )


def fitting(registry: Registry, algorithm: str, *, references: bool) -> list[str]:
    """The devices that a rule fits: the references of this package, or those of the default grid that can be used."""
    from analogbench.testing.references import DEVICES

    names = [device.name for device in DEVICES]
    if not references:
        entries = registry.devices.items()
        usable = [
            name for name, entry in entries if entry.value.in_default_grid and not unusable(registry, "device", name)
        ]
        names = [name for name in usable if name not in names]
    return [name for name in names if fits(registry, algorithm, name)]


def varied(model: type[Params], given: Mapping[str, Any], seed: int) -> Params:
    """Parameters for the replica with `seed`: every number that replicas may differ in is different, if its range
    allows it, so that a rule which takes them for one number is found out."""
    values = {**model().model_dump(), **given}
    for name in sorted(stackable_names(model)):
        value = values[name]
        if isinstance(value, int | float):
            other = {**values, name: value * (1.0 + 0.05 * seed)}
            if _is_valid(model, other):
                values = other
    return model(**values)


def _is_valid(model: type[Params], values: Mapping[str, Any]) -> bool:
    try:
        model(**values)
    except ValueError:
        return False
    return True


def part(registry: Registry, kind: Kind, name: str, given: Mapping[str, Any] | None = None, seed: int = 0) -> Part:
    """A part of a cell, with `varied` parameters."""
    model = registry.get(kind, name).value.Params
    return Part(name=name, params=complete(name, model, varied(model, given or {}, seed).model_dump()))


def cells(
    registry: Registry, names: Mapping[Kind, str], given: Mapping[Kind, Mapping[str, Any]], seeds: Sequence[int]
) -> list[Cell]:
    """A cell of budget smoke for each seed, each with parameters of its own. names, given: by kind."""
    found = []
    for seed in seeds:
        parts = {kind: part(registry, kind, name, given.get(kind), seed) for kind, name in names.items()}
        found.append(Cell(**cast("dict[str, Any]", parts), budget="smoke", seed=seed))
    return found
