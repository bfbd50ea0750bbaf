"""From selections to the cells of a grid."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analogbench.api.task import BUDGETS, Budget
from analogbench.errors import SelectionError, UnknownNameError
from analogbench.grid.cell import Cell, Part
from analogbench.grid.selection import left_out, select

if TYPE_CHECKING:
    from analogbench.registry import Registry

_Chosen = dict[str, Sequence[Part] | Sequence[int]]
_RANGE = re.compile(r"([0-9]{1,100})(?:-([0-9]{1,100}))?")

MOST_SEEDS, SEED_LIMIT = 10_000, 2**63
"""More seeds are a typing error that would fill the memory; larger ones do not fit into torch's generators."""


@dataclass(frozen=True)
class Plan:
    """The cells to run, each once.

    unfit: pairs left out because the algorithm does not fit the device, readable; also why, where its rule is broken.
    absent: devices left out because they cannot be used on this machine, readable, with the reason.
    """

    cells: tuple[Cell, ...]
    unfit: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def plan(  # noqa: PLR0913, PLR0917 - the dimensions of a grid
    registry: Registry,
    algorithms: Sequence[str],
    devices: Sequence[str],
    tasks: Sequence[str],
    seeds: Sequence[int],
    budget: Budget,
) -> Plan:
    """Every selected algorithm × device × task × seed that fits; an empty list of selections stands for the default
    grid's.

    Raises SelectionError if nothing is left, and what `select` raises if a selection is wrong.
    """
    if budget not in BUDGETS:
        raise UnknownNameError("budget", budget, BUDGETS)
    rules, arrays = select(registry, "algorithm", algorithms), select(registry, "device", devices)
    learnt = select(registry, "task", tasks)
    unfit: dict[str, None] = {}
    cells: list[Cell] = []
    for task, device, algorithm in itertools.product(learnt, arrays, rules):
        why = why_unfit(registry, algorithm.name, device.name)
        if why is not None:
            unfit[f"{algorithm} × {device}{': ' if why else ''}{why}"] = None
            continue
        cells += [Cell(algorithm=algorithm, device=device, task=task, budget=budget, seed=seed) for seed in seeds]
    absent = [f"{', '.join(names)}: {why}" for why, names in left_out(registry, "device", devices).items()]
    if absent and not arrays:
        raise SelectionError(f"nothing to run: no device can be used here: {'; '.join(absent)}")
    if not cells:
        chosen: _Chosen = {"algorithm": rules, "device": arrays, "task": learnt, "seed": seeds}
        raise SelectionError(_nothing(unfit, chosen, registry))
    return Plan(unique(cells), tuple(unfit), tuple(absent))


def unique(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """`cells` without repetitions, in the order given."""
    return tuple({cell.key: cell for cell in reversed(list(cells))}.values())[::-1]


def fits(registry: Registry, algorithm: str, device: str) -> bool:
    """Whether the grid should run `algorithm` on `device`. Raises UnknownNameError."""
    return why_unfit(registry, algorithm, device) is None


def why_unfit(registry: Registry, algorithm: str, device: str) -> str | None:
    """None if `algorithm` fits `device`, "" if it says that it does not, and one line if it cannot say.

    Raises UnknownNameError.
    """
    rule, array = registry.algorithm(algorithm).value, registry.device(device).value
    try:
        answer: object = rule.fits(array)
    except (Exception, SystemExit) as error:  # one broken plugin must not stop the others
        return " ".join(f"fits() raised {type(error).__name__}: {error}".split()).removesuffix(":")
    if not isinstance(answer, bool):
        return f"fits() returned an object of type {type(answer).__name__}, not True or False"
    return None if answer else ""


def parse_seeds(text: str) -> tuple[int, ...]:
    """Read seeds: "5" is a number of them, 0 to 4; "0,3,7" is a list; "3-5" a range, so that "3-3" is seed 3 alone.

    Raises SelectionError.
    """
    pieces = [piece.strip() for piece in text.split(",")]
    matches = [match for piece in pieces if (match := _RANGE.fullmatch(piece))]
    bounds = [(int(match[1]), int(match[2] or match[1])) for match in matches]
    if len(pieces) == 1 and matches and not matches[0][2]:
        bounds = [(0, int(matches[0][1]) - 1)]
    if len(matches) < len(pieces) or any(last < first for first, last in bounds):
        raise SelectionError(f"cannot read the seeds {text!r}: write a number of seeds, or a list such as 0,3,7 or 3-5")
    if sum(last - first + 1 for first, last in bounds) > MOST_SEEDS:
        raise SelectionError(f"too many seeds in {text!r}: at most {MOST_SEEDS}")
    if max(last for _, last in bounds) >= SEED_LIMIT:
        raise SelectionError(f"too large a seed in {text!r}: seeds must be less than 2**63")
    return tuple(dict.fromkeys(itertools.chain(*(range(first, last + 1) for first, last in bounds))))


def _nothing(unfit: dict[str, None], chosen: _Chosen, registry: Registry) -> str:
    missing = [kind for kind, parts in chosen.items() if not parts]
    if missing:
        return f"nothing to run: there is no {', no '.join(missing)}"
    fitting = []
    for rule in dict.fromkeys(str(part) for part in chosen["algorithm"]):
        devices = [device for device in registry.devices if fits(registry, rule, device)]
        fitting.append(f"{rule} fits {', '.join(devices) or 'no device'}")
    return f"nothing to run: these do not fit: {', '.join(unfit)}; {'; '.join(fitting)}"
