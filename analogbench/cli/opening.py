"""What `analogbench run` says before it trains."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from analogbench.grid.plan import Plan
from analogbench.run.environment import kernels_are_kept
from analogbench.run.memory import size_text
from analogbench.run.sizing import Size
from analogbench.wording import count_of

if TYPE_CHECKING:
    from analogbench.grid.cell import Cell
    from analogbench.registry import Registry

MOST_PAIRS = 4
"""How many devices that an algorithm does not fit are named."""


def opening(grid: Plan, todo: int, size: Size, begun: int = 0, failed: int = 0) -> str:
    """What is going to happen, in a few lines. begun: how many of the jobs go on from where they were. failed: how many
    of the cells that are recorded did not end well."""
    done = len(grid.cells) - todo
    jobs = count_of(len(size.jobs), "job")
    text = f"{count_of(len(grid.cells), 'cell')}: {done} recorded already, {todo} to run in {jobs}"
    if todo:
        workers = ", ".join(f"{count} on {place}" for place, count in sorted(size.workers.items()))
        text += f"; workers: {workers}, threads of each: {size.threads}"
    if todo and size.memory is not None:
        text += f", memory: {size_text(size.memory)}"
    if failed:
        text += f"\n{failed} of those recorded failed; to run them again, add --retry failed"
    if begun:
        text += f"\n{count_of(begun, 'job')} {'goes' if begun == 1 else 'go'} on from a checkpoint"
    if grid.unfit:
        text += f"\nleft out, since they do not fit: {', '.join(_unfit(grid))}"
    return "\n".join([text, *(f"left out: {absent}" for absent in grid.absent)])


def warn_of_absent_data(cells: Sequence[Cell], registry: Registry) -> None:
    """Say on stderr, in one line for each reason, which cells will be skipped, as far as tasks can tell already."""
    reasons: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    for cell in cells:
        same = json.dumps([cell.task.model_dump(), cell.budget])
        if same not in reasons:
            reasons[same] = _missing(cell, registry)
        numbers[reasons[same]] += 1
    del numbers[""]
    for why, number in numbers.most_common():
        click.echo(f"warning: {number} of {count_of(len(cells), 'cell')} will be skipped: {why}", err=True)


def warn_of_compiling() -> None:
    """Say on stderr why the first run after installing takes longer than others, if kernels are needed."""
    if not kernels_are_kept():
        click.echo("kernels for the CPU that are needed are compiled first, which takes up to a minute", err=True)


def _missing(cell: Cell, registry: Registry) -> str:
    """Why the data of a cell's task are not here; empty if they are, or if the plugin fails, which its cells say."""
    task = registry.task(cell.task.name).value
    try:
        return " ".join(task(task.Params.model_validate(cell.task.params)).missing(cell.budget).split())
    except Exception:
        return ""


def _unfit(grid: Plan) -> list[str]:
    """The pairs that do not fit; of an algorithm that fits few of many devices, how many."""
    pairs: dict[str, list[str]] = {}
    for pair in grid.unfit:
        pairs.setdefault(pair.partition(" × ")[0], []).append(pair)
    few = [
        found if len(found) <= MOST_PAIRS else [f"{name} × {len(found)} devices (see `analogbench show {name}`)"]
        for name, found in pairs.items()
    ]
    return [text for texts in few for text in texts]
