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
from analogbench.grid.presentation_parts import Text
from analogbench.grid.selection import select
from analogbench.grid.suite_bench import Bench
from analogbench.grid.suite_errors import problems
from analogbench.grid.suite_file import SuiteFile, in_words, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analogbench.grid.toml_lines import KeyPath
    from analogbench.registry import Registry


def _seeds(value: Any) -> Any:
    """A number of seeds or a text as on the command line, as a list of seeds."""
    if isinstance(value, bool | float | dict):
        raise ValueError('Input should be a number of seeds, a text such as "0-4" or an array')
    if isinstance(value, int | str):
        try:
            return parse_seeds(str(value))
        except SelectionError as error:
            raise ValueError(str(error)) from error
    return value


Seed = Annotated[int, Field(ge=0, lt=SEED_LIMIT, strict=True)]
Seeds = Annotated[tuple[Seed, ...], BeforeValidator(_seeds), Field(min_length=1, max_length=MOST_SEEDS)]


class Grid(BaseModel):
    """Selections whose every combination is run. What is left out stands for everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    algorithms: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()


class Suite(Presentation):
    """A suite: what is run, and how it is shown. name: the stem of its file. bench: with what `analogbench bench`
    compares its cells."""

    name: str
    title: Text
    description: Text = ""
    budget: Budget = "quick"
    seeds: Seeds = (0, 1, 2)
    grid: tuple[Grid, ...] = Field(min_length=1)
    bench: Bench | None = None
    _file: SuiteFile | None = PrivateAttr(None)
    _called: str = PrivateAttr("")

    @property
    def path(self) -> Path | None:
        """The file that it was read from."""
        return self._file.path if self._file else None

    @property
    def called(self) -> str:
        """What the user calls it, as the command line takes it: the path of its file as given, or its name."""
        return self._called or self.name

    def error(self, path: KeyPath, message: str, element: KeyPath = ()) -> SelectionError:
        """What to raise about the key at `path`; the line is that of the `element` below it."""
        if self._file is None:
            return SelectionError(f"suite {self.name}, {in_words(path)}: {message}")
        return SelectionError(f"suite {self._file.path}, {self._file.place(path, element)}: {message}")


def find_suite(registry: Registry, name: str) -> Suite:
    """The installed suite called `name` or, if `name` ends in .toml, the one in that file.

    Raises UnknownNameError or SelectionError.
    """
    suite = load_suite(Path(name) if name.endswith(".toml") else registry.suite(name).value)
    suite._called = name
    return suite


def check_name(registry: Registry, suite: Suite) -> None:
    """Raise SelectionError if a file has the name of another suite, an installed one: reports are named by it."""
    installed = registry.suites.get(suite.name)
    if suite.path and installed and suite.path.resolve() != installed.value.resolve():
        problem = f"suite {suite.path}: an installed suite of {installed.distribution} is called {suite.name!r}, too"
        raise SelectionError(f"{problem}, and the one's report would replace the other's; rename the file")


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
    plans, devices = [], list[str]()
    for number, grid in enumerate(suite.grid):
        devices += grid.devices
        try:
            select(registry, "device", devices)  # which refuses two files of one name, in whatever grids they are
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
