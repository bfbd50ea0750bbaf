"""The table of `analogbench suite list`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.grid.suite import load_suite, suite_plan

if TYPE_CHECKING:
    from analogbench.registry import Entry, Registry

HEADERS = ("name", "title", "budget", "seeds", "cells", "reproduces", "from")

WIDTHS = (None, 44, None, None, None, 32, None)
"""Of the columns; long ones are wrapped."""


def row(registry: Registry, entry: Entry[Path]) -> tuple[str, ...]:
    """A row of a table with HEADERS. Raises SelectionError if the suite cannot be read or planned."""
    suite = load_suite(entry.value)
    cells = suite_plan(registry, suite).cells
    origin = f"{entry.distribution} {entry.version}"
    reproduced = suite.source.partition(";")[0]
    return entry.name, suite.title, suite.budget, str(len(suite.seeds)), str(len(cells)), reproduced, origin
