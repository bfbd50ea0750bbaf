"""The options of `analogbench run` and `analogbench suite run`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from analogbench.api.task import BUDGETS, Budget
from analogbench.cli.data_option import data_dir_option
from analogbench.cli.plugin_option import plugin_option
from analogbench.run.duration import parse_duration, parse_positive
from analogbench.run.memory import parse_size
from analogbench.run.resume import parse_statuses
from analogbench.run.sizing import Limits

DEFAULT_SEEDS, DEFAULT_BUDGET = "3", BUDGETS[1]
DEFAULT_CHECKPOINT_EVERY, NEVER, RETRIES = "60s", "never", 2

_F = TypeVar("_F", bound=Callable[..., Any])
_T = TypeVar("_T")


@dataclass(frozen=True)
class Policy:
    """What is done about jobs that take long or too much, or whose worker dies. timeout, worker_memory, retries: see
    `Settings` and `Coordinator`. checkpoint_every: seconds, None: never."""

    timeout: float | None
    worker_memory: int | None
    retries: int
    checkpoint_every: float | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The options that say which cells are meant, as given, and where their records lie."""

    seeds: str | None
    budget: Budget | None
    results: Path
    suite: str | None = None
    everything: bool = False
    algorithms: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether any cells are named at all."""
        return bool(self.suite or self.everything or self.algorithms or self.devices or self.tasks)


@dataclass(frozen=True, kw_only=True)
class Request(Asked):
    """The options of what trains, as given."""

    target: str
    dry_run: bool
    force: bool
    retry: frozenset[str]
    limits: Limits
    policy: Policy
    report: bool
    observe: tuple[str, ...] = ()
    cluster: str | None = None


def request_of(**options: Any) -> Request:
    """What click makes of the options, as one object. Raises UsageError."""
    memory, worker_memory = (_parsed(parse_size, options.pop(name)) for name in ("memory", "worker_memory"))
    every = options.pop("checkpoint_every")
    policy = Policy(
        timeout=_parsed(parse_positive, options.pop("timeout")),
        worker_memory=worker_memory,
        retries=options.pop("retries"),
        checkpoint_every=None if every == NEVER else parse_duration(every),
    )
    sizes = {name: options.pop(name) for name in ("workers", "threads", "stack")}
    retry = parse_statuses(options.pop("retry"))
    return Request(**options, retry=retry, limits=Limits(**sizes, memory=memory), policy=policy)


def _parsed(parse: Callable[[str], _T], text: str | None) -> _T | None:
    return None if text is None else parse(text)


def selection_options(command: _F) -> _F:
    """The options that say which cells are meant."""
    for letter, kind in (("-t", "task"), ("-d", "device"), ("-a", "algorithm")):
        text = f"{kind.capitalize()}s, such as name, 'glob-*' or name[key=1,2]; all if none is given."
        command = click.option(letter, f"--{kind}", f"{kind}s", multiple=True, metavar="SEL", help=text)(command)
    command = click.option("--all", "everything", is_flag=True, help="Everything that fits together.")(command)
    return click.argument("suite", required=False)(plugin_option(command))


def run_options(seeds: str, budget: str) -> Callable[[_F], _F]:
    """The options of everything that trains. seeds, budget: what the defaults are, in words."""

    def add(command: _F) -> _F:
        command = click.option("--report/--no-report", default=True, help="Write tables and plots, or not.")(command)
        command = _size_options(command)
        command = _policy_options(command)
        text = "Run cells that ended so again: failed, or a list such as timeout,oom."
        command = click.option("--retry", metavar="STATUS", help=text)(command)
        command = click.option("--force", is_flag=True, help="Run recorded cells again.")(command)
        command = click.option("--dry-run", is_flag=True, help="Say what would be run, and stop.")(command)
        command = results_option(data_dir_option(command))
        text = "Observers, such as tensorboard or tensorboard[dir=live]; see `analogbench list observers`."
        command = click.option("--observe", multiple=True, metavar="SEL", help=text)(command)
        text = "Train on a Dask cluster: its scheduler's address, such as tcp://host:8786, or local."
        command = click.option("--cluster", metavar="ADDRESS", help=text)(command)
        targets = click.Choice(("auto", "cpu", "cuda"))
        target = click.option("--target", type=targets, default="auto", show_default=True, help="Where to train.")
        return protocol_options(seeds, budget)(target(command))

    return add


def results_option(command: _F) -> _F:
    """The option that says where records and reports lie."""
    return click.option(
        "--results",
        type=click.Path(path_type=Path),
        default=Path("results"),
        show_default=True,
        help="Folder for records, tables and plots.",
    )(command)


def protocol_options(seeds: str, budget: str) -> Callable[[_F], _F]:
    """The options that say which seeds and which protocol. seeds, budget: what the defaults are, in words."""

    def add(command: _F) -> _F:
        text = f"Seconds, minutes, or the published protocol.  [default: {budget}]"
        command = click.option("--budget", type=click.Choice(BUDGETS), help=text)(command)
        text = f"How many, or a list: 0,3,7 or 3-5.  [default: {seeds}]"
        return click.option("--seeds", metavar="SEEDS", help=text)(command)

    return add


def _size_options(command: _F) -> _F:
    """The options that say how the run is spread over the machine, and how much of it is used."""
    options = {
        "--stack": "Replicas trained together in one job.  [default: 16 on cpu, 64 on cuda]",
        "--threads": "Threads of each worker.  [default: all cores, shared]",
        "--workers": "Worker processes.  [default: one for each core, 1 on cuda]",
    }
    for name, text in options.items():
        command = click.option(name, type=click.IntRange(min=1), metavar="N", help=text)(command)
    text = "Memory for all workers of a target, such as 8G or 500M.  [default: 80 % of what is free]"
    return click.option("--memory", metavar="SIZE", help=text)(command)


def _policy_options(command: _F) -> _F:
    """The options for jobs that take long or too much, or whose worker dies."""
    text = "Time between two checkpoints of a job, such as 30s or 10m, or never."
    default = DEFAULT_CHECKPOINT_EVERY
    command = click.option("--checkpoint-every", metavar="TIME", default=default, show_default=True, help=text)(command)
    text = "Tries again of a job whose worker was killed or lost."
    number = click.IntRange(min=0)
    command = click.option("--retries", type=number, metavar="N", default=RETRIES, show_default=True, help=text)(
        command
    )
    text = "Memory of each worker, such as 4G; one that uses more is killed.  [default: no limit]"
    command = click.option("--worker-memory", metavar="SIZE", help=text)(command)
    text = "Training time of a cell, such as 90s, 10m or 2h; longer ones are killed.  [default: no limit]"
    return click.option("--timeout", metavar="TIME", help=text)(command)
