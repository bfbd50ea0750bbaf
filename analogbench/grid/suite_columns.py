"""Whether the tasks of a suite declare what its figures and tables show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analogbench.grid.plan import Plan
    from analogbench.grid.suite import Suite
    from analogbench.grid.toml_lines import KeyPath
    from analogbench.registry import Registry

LOSS = "train_loss"
"""Every record has it."""


def undeclared(registry: Registry, suite: Suite, plan: Plan) -> Iterator[str]:
    """A line for each figure and table whose value no task declares; a task may record further ones."""
    names = dict.fromkeys(cell.task.name for cell in plan.cells)
    declared = list(dict.fromkeys(registry.task(name).value.metric.key for name in names))
    they = f"they declare: {', '.join(declared)} (and {LOSS})"
    for path, what, key in _shown(suite):
        if not key:
            yield str(suite.error(path[:-1], f"the key {path[-1]!r} is missing, so the {what} will be empty; {they}"))
        elif key not in {*declared, LOSS}:
            problem = f"no task of the suite declares {key!r}"
            yield str(suite.error(path, f"{problem}; {they}; the {what} may stay empty"))


def _shown(suite: Suite) -> Iterator[tuple[KeyPath, str, str]]:
    """What is shown: its place, what shows it, the metric or column."""
    for i, figure in enumerate(suite.figure):
        if figure.kind != "histogram":
            yield ("figure", i, "value"), "figure", figure.value
    for i, table in enumerate(suite.published):
        yield ("published", i, "metric"), "table", table.metric
