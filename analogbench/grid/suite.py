"""Suites: named grids in TOML, e.g. one figure of a paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from analogbench.admission import KINDS
from analogbench.api.task import Budget
from analogbench.errors import SelectionError, UsageError
from analogbench.grid.plan import MOST_SEEDS, SEED_LIMIT, Plan, parse_seeds, plan, unique
from analogbench.grid.presentation import Presentation
from analogbench.grid.selection import select
from analogbench.grid.suite_errors import problems
from analogbench.grid.suite_file import SuiteFile, in_words, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analogbench.grid.toml_lines import KeyPath
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


class Suite(Presentation):
    """A suite: what is run, and how it is shown. name: the stem of its file."""

    name: str
    title: str
    description: str = ""
    budget: Budget = "quick"
    seeds: Seeds = (0, 1, 2)
    grid: tuple[Grid, ...] = Field(min_length=1)
    _file: SuiteFile | None = PrivateAttr(None)

    @property
    def path(self) -> Path | None:
        """The file that it was read from."""
        return self._file.path if self._file else None

    def error(self, path: KeyPath, message: str, element: KeyPath = ()) -> SelectionError:
        """What to raise about the key at `path`; the line is that of the `element` below it."""
        if self._file is None:
            return SelectionError(f"suite {self.name}, {in_words(path)}: {message}")
        return SelectionError(f"suite {self._file.path}, {self._file.place(path, element)}: {message}")


def find_suite(registry: Registry, name: str) -> Suite:
    """The installed suite called `name` or, if `name` ends in .toml, the one in that file.

    Raises UnknownNameError or SelectionError.
    """
    return load_suite(Path(name) if name.endswith(".toml") else registry.suite(name).value)


def load_suite(path: Path) -> Suite:
    """Read a suite. Raises SelectionError, which names the file, and the line and key of each problem."""
    file = read(path)
    content = file.content()
    if "name" in content:
        place = file.place(("name",))
        raise SelectionError(f"suite {path}, {place}: the file's name is the suite's name; leave it out")
    try:
        suite = Suite.model_validate({**content, "name": path.stem})
    except ValidationError as error:
        raise SelectionError(f"suite {path}, {problems(error, Suite, file, content)}") from error
    suite._file = file
    return suite


def suite_plan(
    registry: Registry, suite: Suite, seeds: Sequence[int] | None = None, budget: Budget | None = None
) -> Plan:
    """The cells of all grids of `suite`, each once; `seeds` and `budget` replace the suite's own.

    Raises SelectionError, which names the suite's file, and the line and key of the problem.
    """
    seeds = suite.seeds if seeds is None else seeds
    plans = []
    for number, grid in enumerate(suite.grid):
        try:
            plans.append(plan(registry, grid.algorithms, grid.devices, grid.tasks, seeds, budget or suite.budget))
        except UsageError as error:
            raise _located(registry, suite, number, error) from error
    unfit = dict.fromkeys(pair for p in plans for pair in p.unfit)
    absent = dict.fromkeys(line for p in plans for line in p.absent)
    return Plan(unique(cell for p in plans for cell in p.cells), tuple(unfit), tuple(absent))


def _located(registry: Registry, suite: Suite, number: int, problem: UsageError) -> SelectionError:
    """The problem of a grid, told of the selection that has it, or else of the whole grid."""
    for kind in KINDS[:3]:
        for element, text in enumerate(getattr(suite.grid[number], f"{kind}s")):
            try:
                select(registry, kind, [text])
            except UsageError as error:
                return suite.error(("grid", number, f"{kind}s"), str(error), (element,))
    return suite.error(("grid", number), str(problem))
