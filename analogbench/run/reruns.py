"""The commands that a page gives for running its cells again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.errors import UsageError
from analogbench.grid.cell import Cell
from analogbench.records.staleness import completed, is_known
from analogbench.run.again import commands

if TYPE_CHECKING:
    from analogbench.registry import Registry

AGAIN = Path("again")
"""Another results folder than the one the page is about, where all of them would count as done."""


def reruns(registry: Registry) -> Callable[[Sequence[Cell]], list[str]]:
    """What makes command lines of cells; none where the installed plugins would not train one of them.

    They do not say where plugins lie that are not installed: a page is published, and read elsewhere.
    """

    def again(cells: Sequence[Cell]) -> list[str]:
        if not all(is_known(cell, registry) for cell in cells):
            return []
        try:
            return commands([completed(cell, registry) for cell in cells], registry, AGAIN, plugins=False)
        except UsageError:  # a parameter that a plugin has no more
            return []

    return again
