"""`analogbench run`: train a grid of cells, record each, and rank them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from analogbench.cli.run_options import (
    DEFAULT_BUDGET,
    DEFAULT_SEEDS,
    Request,
    protocol_options,
    selection_options,
    size_options,
)
from analogbench.cli.tables import warn_of_quarantine
from analogbench.errors import UsageError
from analogbench.grid.jobs import Job
from analogbench.grid.plan import Plan, parse_seeds, plan
from analogbench.grid.suite import find_suite, suite_plan
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.registry import Registry, load
from analogbench.run.messages import Settings
from analogbench.run.resume import remaining
from analogbench.run.sizing import Limits, Size, choose_target, size_up
from analogbench.run.wording import counts, failures, title

SETTINGS = Settings()
"""How workers train; a test puts something quicker here."""

INTERRUPTED = 130


@click.command()
@selection_options
@protocol_options
@click.option(
    "--results",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder for records, tables and plots.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be run, and stop.")
@click.option("--force", is_flag=True, help="Run recorded cells again.")
@size_options
@click.option("--report/--no-report", default=True, help="Write tables and plots at the end, or not.")
@click.pass_context
def run(ctx: click.Context, /, workers: int | None, threads: int | None, stack: int | None, **options: Any) -> None:
    """Train the cells of SUITE, or of a selection, and record each as it ends.

    Cells that are recorded already are not run again. Ctrl-C loses only the cells in flight; the same command
    continues.

    SUITE is the name of an installed suite or a path that ends in .toml.
    """
    ctx.exit(_run(Request(**options, limits=Limits(workers, threads, stack))))


def _run(request: Request) -> int:
    """The whole command; returns the exit code."""
    registry = load()
    warn_of_quarantine(registry)
    grid = _plan(request, registry)
    store = Store(request.results)
    if not request.dry_run:
        _check_writable(store)
    target = choose_target(request.target)
    todo, recorded = (list(grid.cells), []) if request.force else remaining(grid.cells, registry, store)
    size = size_up(todo, registry, target, request.limits)
    click.echo(_opening(grid, len(todo), size, target), err=not request.dry_run)
    if request.dry_run:
        for job in size.jobs:
            click.echo(f"  {title(job, registry)}")
        return 0
    made, finished = _train(size, target, registry, store) if todo else ([], True)
    if not finished:
        again = "the same command without --force continues" if request.force else "the same command continues"
        click.echo(f"interrupted: {len(todo) - len(made)} of {len(todo)} cells are left; {again}", err=True)
        return INTERRUPTED
    _conclude(request, [*recorded, *made])
    return 0 if all(record.status == "ok" for record in [*recorded, *made]) else 1


def _plan(request: Request, registry: Registry) -> Plan:
    """The cells that are asked for. Raises UsageError."""
    selections = (request.algorithms, request.devices, request.tasks)
    ways = {"a suite": bool(request.suite), "--all": request.everything, "-a, -d or -t": any(selections)}
    given = [way for way, used in ways.items() if used]
    if len(given) != 1:
        problem = f"{' and '.join(given)} exclude each other" if given else "nothing to run"
        raise UsageError(f"{problem}: give a suite, or --all, or a selection with -a, -d and -t")
    if request.suite:
        seeds = parse_seeds(request.seeds) if request.seeds else None
        return suite_plan(registry, find_suite(registry, request.suite), seeds, request.budget)
    seeds = parse_seeds(request.seeds or DEFAULT_SEEDS)
    return plan(registry, *selections, seeds, request.budget or DEFAULT_BUDGET)


def _check_writable(store: Store) -> None:
    """Before any work. Raises UsageError."""
    try:
        store.check_writable()
    except OSError as error:
        raise _cannot_write(store, error) from error


def _cannot_write(store: Store, error: OSError) -> UsageError:
    return UsageError(
        f"cannot write records into {store.folder}: {error.strerror or error}; choose another folder with --results"
    )


def _opening(grid: Plan, todo: int, size: Size, target: str) -> str:
    """What is going to happen, in a line or two."""
    done = len(grid.cells) - todo
    text = f"{len(grid.cells)} cells: {done} recorded already, {todo} to run in {len(size.jobs)} jobs"
    if todo:
        text += f" on {target}, workers: {size.workers}, threads of each: {size.threads}"
    return f"{text}\nleft out, since they do not fit: {', '.join(grid.unfit)}" if grid.unfit else text


def _train(size: Size, target: str, registry: Registry, store: Store) -> tuple[list[Record], bool]:
    """Run the jobs: the records made, and whether all were. Raises UsageError where a record cannot be written."""
    from rich.console import Console

    from analogbench.records.provenance import provenance
    from analogbench.run.coordinator import Coordinator
    from analogbench.run.display import make_display
    from analogbench.run.recorder import Recorder

    display = make_display(sum(len(job.cells) for job in size.jobs), Console(stderr=True))
    recorder = Recorder(store, registry, provenance(["analogbench", *sys.argv[1:]], registry), display.note)
    coordinator = Coordinator(replace(SETTINGS, target=target, threads=size.threads), size.workers, recorder, display)
    try:
        finished = coordinator.run(_ordered(size.jobs, registry, store, display.note))
    except OSError as error:
        raise _cannot_write(store, error) from error
    return coordinator.records, finished


def _ordered(jobs: Sequence[Job], registry: Registry, store: Store, warn: Callable[[str], None]) -> list[Job]:
    """The jobs, longest first; and on the way a warning for each damaged record."""
    from analogbench.run.order import longest_first

    records, problems = store.load_all()
    for problem in problems:
        warn(f"warning: damaged record {problem}")
    return longest_first(jobs, registry, records)


def _conclude(request: Request, records: Sequence[Record]) -> None:
    """Print the leaderboard of these cells, how they ended, and where everything lies."""
    from analogbench.report.leaderboard import leaderboard_text

    click.echo(leaderboard_text(records))
    click.echo(f"\n{len(records)} cells: {counts(record.status for record in records)}")
    for line in failures(records):
        click.echo(f"  {line}")
    places = [f"records in {request.results / 'records'}"]
    if request.report:
        from analogbench.report.write import write_report

        paths = write_report(request.results).paths
        places += [f"tables and plots in {request.results} ({len(paths)} files)"]
    click.echo("; ".join(places))
