"""Cells that differ only in numbers and seeds are trained together, as one job of stacked replicas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analogbench.grid.cell import Cell


@dataclass(frozen=True)
class Job:
    """Cells that one process trains together; cell r is replica r of every stacked tensor."""

    cells: tuple[Cell, ...]

    def __str__(self) -> str:
        first = self.cells[0]
        return f"{first.algorithm} × {first.device} × {first.task} ({len(self.cells)})"
