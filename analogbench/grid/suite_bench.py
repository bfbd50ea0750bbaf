"""With what the speed benchmark compares cells: the table `[bench]` of a suite, or options of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from analogbench.errors import SelectionError, UnknownNameError
from analogbench.grid.selection import select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analogbench.grid.cell import Cell, Part
    from analogbench.registry import Registry


class Bench(BaseModel):
    """What `analogbench bench` puts beside each cell of a suite.

    reference: a device, such as a simulator's; beside a cell stands the one of the same algorithm and task on it.
    baseline: an algorithm; a cell's time is also given as a multiple of that of the baseline's cell on the same task.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str | None = None
    baseline: str | None = None


def reference_part(registry: Registry, text: str) -> Part:
    """The one device that `text` selects. Raises UsageError."""
    parts = select(registry, "device", [text])
    if len(parts) != 1:
        raise SelectionError(f"the reference {text!r} stands for {len(parts)} devices; name one")
    return parts[0]


def baseline_in(cells: Sequence[Cell], name: str) -> str:
    """`name`, if one of the cells has that algorithm. Raises UnknownNameError."""
    there = {cell.algorithm.name for cell in cells}
    if name not in there:
        raise UnknownNameError("algorithm of the cells", name, there)
    return name
