"""The options of `analogbench run`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from analogbench.api.task import BUDGETS, Budget
from analogbench.run.sizing import Limits

DEFAULT_SEEDS, DEFAULT_BUDGET = "3", BUDGETS[1]

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Request:
    """The options, as given."""

    suite: str | None
    everything: bool
    algorithms: tuple[str, ...]
    devices: tuple[str, ...]
    tasks: tuple[str, ...]
    seeds: str | None
    budget: Budget | None
    target: str
    results: Path
    dry_run: bool
    force: bool
    limits: Limits
    report: bool


def selection_options(command: _F) -> _F:
    """The options that say which cells to run."""
    for letter, kind in (("-t", "task"), ("-d", "device"), ("-a", "algorithm")):
        text = f"{kind.capitalize()}s to run, such as name, 'glob-*' or name[key=1,2]; all if none is given."
        command = click.option(letter, f"--{kind}", f"{kind}s", multiple=True, metavar="SEL", help=text)(command)
    command = click.option("--all", "everything", is_flag=True, help="Run everything that fits together.")(command)
    return click.argument("suite", required=False)(command)


def size_options(command: _F) -> _F:
    """The options that say how the run is spread over the machine."""
    options = {
        "--stack": "Replicas trained together in one job.  [default: 16 on cpu, 64 on cuda]",
        "--threads": "Threads of each worker.  [default: all cores, shared]",
        "--workers": "Worker processes.  [default: one for each core, 1 on cuda]",
    }
    for name, text in options.items():
        command = click.option(name, type=click.IntRange(min=1), metavar="N", help=text)(command)
    return command


def protocol_options(command: _F) -> _F:
    """The options that say how each cell is trained, and where."""
    seeds = f"How many, or a list: 0,3,7 or 3-5.  [default: {DEFAULT_SEEDS}, or the suite's]"
    budget = f"Seconds, minutes, or the published protocol.  [default: {DEFAULT_BUDGET}, or the suite's]"
    targets = click.Choice(("auto", "cpu", "cuda"))
    command = click.option("--target", type=targets, default="auto", show_default=True, help="Where to train.")(command)
    command = click.option("--budget", type=click.Choice(BUDGETS), help=budget)(command)
    return click.option("--seeds", metavar="SEEDS", help=seeds)(command)
