"""From selections to the cells of a grid."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analogbench.api.task import BUDGETS, Budget
from analogbench.errors import PluginError, SelectionError, UnknownNameError
from analogbench.grid.cell import Cell, Part
from analogbench.grid.selection import select

if TYPE_CHECKING:
    from analogbench.registry import Registry

_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


@dataclass(frozen=True)
class Plan:
    """The cells to run, each once. unfit: pairs left out because the algorithm does not fit the device, readable."""

    cells: tuple[Cell, ...]
    unfit: tuple[str, ...] = ()


def plan(  # noqa: PLR0913, PLR0917 - the dimensions of a grid
    registry: Registry,
    algorithms: Sequence[str],
    devices: Sequence[str],
    tasks: Sequence[str],
    seeds: Sequence[int],
    budget: Budget,
) -> Plan:
    """Every selected algorithm × device × task × seed that fits; an empty list of selections stands for everything.

    Raises SelectionError if nothing is left, and what `select` raises if a selection is wrong.
    """
    if budget not in BUDGETS:
        raise UnknownNameError("budget", budget, BUDGETS)
    rules, arrays = select(registry, "algorithm", algorithms), select(registry, "device", devices)
    learnt = select(registry, "task", tasks)
    unfit: dict[str, None] = {}
    cells: list[Cell] = []
    for task, device, algorithm in itertools.product(learnt, arrays, rules):
        if not fits(registry, algorithm.name, device.name):
            unfit[f"{algorithm} × {device}"] = None
            continue
        cells += [Cell(algorithm=algorithm, device=device, task=task, budget=budget, seed=seed) for seed in seeds]
    if not cells:
        raise SelectionError(_nothing(unfit, {"algorithm": rules, "device": arrays, "task": learnt, "seed": seeds}))
    return Plan(unique(cells), tuple(unfit))


def unique(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """`cells` without repetitions, in the order given."""
    return tuple({cell.model_dump_json(): cell for cell in reversed(list(cells))}.values())[::-1]


def fits(registry: Registry, algorithm: str, device: str) -> bool:
    """Whether the grid should run `algorithm` on `device`. Raises UnknownNameError, or PluginError if the rule does."""
    rule = registry.algorithm(algorithm)
    try:
        return rule.value.fits(registry.device(device).value)
    except Exception as error:
        raise PluginError(f"algorithm {algorithm} of plugin {rule.plugin}: fits() raised {error!r}") from error


def parse_seeds(text: str) -> tuple[int, ...]:
    """Read seeds: "5" is a number of them, 0 to 4; "0,3,7" is a list; "3-5" a range, so that "3-3" is seed 3 alone.

    Raises SelectionError.
    """
    pieces = [piece.strip() for piece in text.split(",")]
    if len(pieces) == 1 and pieces[0].isdecimal() and int(pieces[0]):
        return tuple(range(int(pieces[0])))
    matches = [_RANGE.fullmatch(piece) for piece in pieces]
    seeds = [range(int(m[1]), int(m[2] or m[1]) + 1) for m in matches if m]
    if len(seeds) < len(pieces) or not all(seeds) or pieces == ["0"]:
        raise SelectionError(f"cannot read the seeds {text!r}: write a number of seeds, or a list such as 0,3,7 or 3-5")
    return tuple(dict.fromkeys(itertools.chain(*seeds)))


def _nothing(unfit: dict[str, None], chosen: dict[str, Sequence[Part] | Sequence[int]]) -> str:
    missing = [kind for kind, parts in chosen.items() if not parts]
    if missing:
        return f"nothing to run: there is no {', no '.join(missing)}"
    return f"nothing to run: these do not fit: {', '.join(unfit)}"
