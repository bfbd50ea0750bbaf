"""What is measured: each algorithm on each device and task, and what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analogbench.grid.plan import fits, unique
from analogbench.grid.selection import label_of, unusable
from analogbench.grid.suite_bench import Bench, baseline_in, reference_part

if TYPE_CHECKING:
    from analogbench.grid.cell import Cell, Part
    from analogbench.registry import Registry

SEED = 0
"""Replica r of a case has the seed r."""


@dataclass(frozen=True)
class Case:
    """A cell to measure, with as many replicas as are asked for.

    reference: the same algorithm and task on the device of reference, if there is another such cell that can be run
    here. baseline: the cell of the baseline's algorithm on the same task, which may be the cell itself. most: replicas
    that the device allows, None for any number. targets, reference_targets: where it and its reference can be trained.
    is_reference: whether the device is
    the one of reference.
    """

    cell: Cell
    title: str
    task: str
    reference: Cell | None
    baseline: Cell | None
    most: int | None
    targets: tuple[str, ...]
    reference_targets: tuple[str, ...]
    is_reference: bool

    @property
    def name(self) -> str:
        """What tells the case from all others."""
        return f"{self.title} × {self.task}"

    def replicas(self, wanted: Sequence[int]) -> list[int]:
        """Those of `wanted` that the device allows, or else as many as it does."""
        if self.most is None:
            return list(wanted)
        return [number for number in wanted if number <= self.most] or [self.most]


def cases_of(registry: Registry, cells: Sequence[Cell], bench: Bench) -> list[Case]:
    """A case for each cell, whatever its seed, in the order of the cells.

    Raises UsageError if there is no such reference or baseline.
    """
    kinds = unique(cell.model_copy(update={"seed": SEED}) for cell in cells)
    device = None if bench.reference is None else reference_part(registry, bench.reference)
    rule = None if bench.baseline is None else baseline_in(kinds, bench.baseline)
    return [_case(registry, cell, device, _baseline(kinds, cell, rule)) for cell in kinds]


def _case(registry: Registry, cell: Cell, reference: Part | None, baseline: Cell | None) -> Case:
    device = registry.device(cell.device.name).value
    return Case(
        cell=cell,
        title=f"{label_of(cell.algorithm, registry, 'algorithm')} × {label_of(cell.device, registry, 'device')}",
        task=label_of(cell.task, registry, "task"),
        reference=_reference(registry, cell, reference),
        baseline=baseline,
        most=device.most_replicas,
        targets=device.targets(),
        reference_targets=() if reference is None else registry.device(reference.name).value.targets(),
        is_reference=cell.device == reference,
    )


def _reference(registry: Registry, cell: Cell, device: Part | None) -> Cell | None:
    if device is None or cell.device == device or unusable(registry, "device", device.name):
        return None
    return cell.model_copy(update={"device": device}) if fits(registry, cell.algorithm.name, device.name) else None


def _baseline(cells: Sequence[Cell], cell: Cell, rule: str | None) -> Cell | None:
    same = (other for other in cells if other.algorithm.name == rule and other.task == cell.task)
    return next(same, None)
