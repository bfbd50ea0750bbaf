"""Suites: named grids in TOML, e.g. one figure of a paper."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from analogbench.api.task import Budget
from analogbench.errors import SelectionError, UsageError
from analogbench.grid.plan import MOST_SEEDS, SEED_LIMIT, Plan, parse_seeds, plan, unique
from analogbench.validation import complaints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analogbench.registry import Registry


def _seeds(value: Any) -> Any:
    """A number of seeds or a text as on the command line, as a list of seeds."""
    if isinstance(value, int | str):
        try:
            return parse_seeds(str(value))
        except SelectionError as error:
            raise ValueError(str(error)) from error
    return value


Seed = Annotated[int, Field(ge=0, lt=SEED_LIMIT)]
Seeds = Annotated[tuple[Seed, ...], BeforeValidator(_seeds), Field(min_length=1, max_length=MOST_SEEDS)]


class Grid(BaseModel):
    """Selections whose every combination is run. What is left out stands for everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    algorithms: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()


class Suite(BaseModel):
    """A suite. name: the stem of its file. plot: how the report draws it, which is the report's business."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    description: str = ""
    budget: Budget = "quick"
    seeds: Seeds = (0, 1, 2)
    grid: tuple[Grid, ...] = Field(min_length=1)
    plot: dict[str, Any] = {}


def find_suite(registry: Registry, name: str) -> Suite:
    """The installed suite called `name` or, if `name` ends in .toml, the one in that file.

    Raises UnknownNameError or SelectionError.
    """
    return load_suite(Path(name) if name.endswith(".toml") else registry.suite(name).value)


def load_suite(path: Path) -> Suite:
    """Read a suite. Raises SelectionError, which names the file."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        if "name" in content:
            raise SelectionError(f"suite {path}: name: the file's name is the suite's name")
        return Suite.model_validate({**content, "name": path.stem})
    except OSError as error:
        raise SelectionError(f"suite {path}: {error.strerror}") from error
    except ValidationError as error:
        raise SelectionError(f"suite {path}: {complaints(error)}") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise SelectionError(f"suite {path}: {error}") from error


def suite_plan(
    registry: Registry, suite: Suite, seeds: Sequence[int] | None = None, budget: Budget | None = None
) -> Plan:
    """The cells of all grids of `suite`, each once; `seeds` and `budget` replace the suite's own.

    Raises SelectionError, which names the suite's file.
    """
    seeds = suite.seeds if seeds is None else seeds
    try:
        plans = [
            plan(registry, grid.algorithms, grid.devices, grid.tasks, seeds, budget or suite.budget)
            for grid in suite.grid
        ]
    except UsageError as error:
        raise SelectionError(f"suite {suite.name}.toml: {error}") from error
    unfit = dict.fromkeys(pair for p in plans for pair in p.unfit)
    absent = dict.fromkeys(line for p in plans for line in p.absent)
    return Plan(unique(cell for p in plans for cell in p.cells), tuple(unfit), tuple(absent))
