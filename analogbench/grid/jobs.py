"""Cells that differ only in numbers and seeds are trained together, as one job of stacked replicas."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analogbench.api.params import stackable_names
from analogbench.grid.cell import Cell, Part

if TYPE_CHECKING:
    from analogbench.admission import Kind
    from analogbench.registry import Registry


@dataclass(frozen=True)
class Job:
    """Cells that one process trains together; cell r is replica r of every stacked tensor. identities: those of the
    cells, in their order; empty until somebody needs them."""

    cells: tuple[Cell, ...]
    identities: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        first = self.cells[0]
        return f"{first.algorithm} × {first.device} × {first.task} ({len(self.cells)})"


def pack(cells: Iterable[Cell], registry: Registry, limit: int) -> list[Job]:
    """Jobs of at most `limit` replicas, or of as many as the device allows, split evenly, in the order of the cells.

    Raises UnknownNameError if the plugin of a cell is not there, and ValueError unless `limit` is positive.
    """
    if limit < 1:
        raise ValueError(f"a job holds at least one replica, not {limit}")
    groups: dict[Hashable, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[kind_of(cell, registry)].append(cell)
    return [job for group in groups.values() for job in cut(group, _limit(group[0], registry, limit))]


def kind_of(cell: Cell, registry: Registry) -> Hashable:
    """The same for cells that may share a job: all that their tensors' shapes depend on."""
    fixed = (_fixed("algorithm", cell.algorithm, registry), _fixed("device", cell.device, registry))
    return *fixed, _fixed("task", cell.task, registry), cell.budget


def cut(cells: Sequence[Cell], limit: int) -> list[Job]:
    """`cells` in as few jobs as `limit` allows, whose sizes differ by one at most."""
    count = -(-len(cells) // limit)
    bounds = [-(-len(cells) * i // count) for i in range(count + 1)]
    return [Job(tuple(cells[start:end])) for start, end in itertools.pairwise(bounds)]


def _limit(cell: Cell, registry: Registry, limit: int) -> int:
    most: int | None = registry.device(cell.device.name).value.most_replicas
    return limit if most is None else min(limit, most)


def _fixed(kind: Kind, part: Part, registry: Registry) -> Hashable:
    """What the replicas of a job must agree on."""
    stackable = stackable_names(registry.get(kind, part.name).value.Params)
    # An optional number that is not set cannot be stacked with one that is: being None is fixed, too.
    return part.name, tuple(sorted((k, v) for k, v in part.params.items() if k not in stackable or v is None))
