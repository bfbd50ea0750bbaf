"""Command lines that run certain cells, no more and no fewer."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.grid.cell import Cell, Part
from analogbench.grid.device_file import SUFFIX
from analogbench.grid.selection import label_of
from analogbench.run.wording import seeds_text
from analogbench.uninstalled import paths_in_environment

if TYPE_CHECKING:
    from analogbench.registry import Registry

RESULTS = Path("results")
"""Where records lie if nobody says otherwise."""

KINDS = ("algorithm", "device", "task")

_Grid = dict[str, tuple[object, ...]]


def commands(cells: Iterable[Cell], registry: Registry, results: Path, *, plugins: bool = True) -> list[str]:
    """As few commands as is simple, each of which stands for a full grid of algorithms, devices, tasks and seeds.

    plugins: whether they name those that are not installed, by where they lie here.
    """
    grids: list[_Grid] = [_one(cell, registry) for cell in cells]
    for axis in ("seed", *reversed(KINDS)):
        grids = _joined(grids, axis)
    options = [*(uninstalled() if plugins else []), *_results(results)]
    return [shlex.join([*_words(grid), *options]) for grid in grids]


def _one(cell: Cell, registry: Registry) -> _Grid:
    labels: _Grid = {
        "algorithm": (label_of(cell.algorithm, registry, "algorithm"),),
        "device": (_device(cell.device, registry),),
        "task": (label_of(cell.task, registry, "task"),),
    }
    return labels | {"budget": (cell.budget,), "seed": (cell.seed,)}


def _device(part: Part, registry: Registry) -> str:
    """What a file describes is looked for in the file of its name."""
    _, bracket, changed = part.alias.partition("[")
    return f"{file_of(part)}{bracket}{changed}" if part.alias else label_of(part, registry, "device")


def file_of(part: Part) -> str:
    """The file that commands name for a device that a file described; empty for other devices. The record does not say
    where the file was."""
    return f"{part.alias.partition('[')[0]}{SUFFIX}" if part.alias else ""


def _joined(grids: Sequence[_Grid], axis: str) -> list[_Grid]:
    """Those that differ along `axis` only as one."""
    found: dict[tuple[object, ...], list[_Grid]] = defaultdict(list)
    for grid in grids:
        found[tuple(values for name, values in grid.items() if name != axis)].append(grid)
    # sorted, so that equal ones are equal whatever the order of the cells was
    return [same[0] | {axis: tuple(sorted((v for g in same for v in g[axis]), key=str))} for same in found.values()]


def _words(grid: _Grid) -> list[str]:
    words = ["analogbench", "run"]
    for kind in KINDS:
        words += [f"-{kind[0]}", ",".join(map(str, grid[kind]))]
    return [*words, "--budget", str(grid["budget"][0]), "--seeds", seeds_option(grid["seed"])]


def seeds_option(seeds: Iterable[object]) -> str:
    """`0-2,5` as the option reads it: `3-3` is one seed, 3 alone would be three."""
    text = seeds_text(int(str(seed)) for seed in seeds).partition(" ")[2]
    return f"{text}-{text}" if text.isdecimal() else text


def place(results: Path) -> list[str]:
    """The option for the results directory, none if it is the usual one; and those for plugins that are not
    installed."""
    return [*uninstalled(), *_results(results)]


def _results(results: Path) -> list[str]:
    return [] if results == RESULTS else ["--results", str(results)]


def uninstalled() -> list[str]:
    """The options for plugins that are not installed."""
    return [word for path in paths_in_environment() for word in ("--plugin", str(path))]
