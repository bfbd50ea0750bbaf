"""`analogbench run`: train a grid of cells, record each, and rank them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from analogbench.errors import AnalogbenchError, UsageError
from analogbench.grid.plan import Plan, parse_seeds, plan
from analogbench.grid.suite import find_suite, suite_plan
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.registry import Registry, load
from analogbench.run.messages import Settings
from analogbench.run.resume import remaining
from analogbench.run.sizing import Limits, Size, choose_target, size_up
from analogbench.run.stopping import exit_code, signals_raised
from analogbench.run.wording import count_of, counts, failures, title

MOST_PAIRS = 4
"""How many devices that an algorithm does not fit are named before a run."""

SETTINGS = Settings()
"""How workers train; a test puts something quicker here."""


@dataclass
class _Trained:
    """What came of the jobs. made: all records. unsaved: those of them that could not be written. interrupt: what ended
    the run too early."""

    made: Sequence[Record] = ()
    unsaved: Sequence[Record] = ()
    interrupt: KeyboardInterrupt | None = None


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
    with signals_raised():
        code = _run(Request(**options, limits=Limits(workers, threads, stack)))
    ctx.exit(code)


def _run(request: Request) -> int:
    """The whole command; returns the exit code."""
    registry = load()
    warn_of_quarantine(registry)
    grid = _plan(request, registry)
    store = Store(request.results)
    if not request.dry_run:
        _check_writable(store)
    target = choose_target(request.target)
    todo, recorded = remaining(grid.cells, registry, store, force=request.force)
    known = _load_all(store)
    size = size_up(todo, registry, target, request.limits)
    click.echo(_opening(grid, len(todo), size), err=not request.dry_run)
    if request.dry_run:
        for job in size.jobs:
            click.echo(f"  {title(job, registry)}")
        return 0
    trained = _train(size, target, registry, store, known) if todo else _Trained()
    if trained.interrupt is not None:
        left = len(todo) - len(trained.made) + len(trained.unsaved)
        again = "the same command without --force continues" if request.force else "the same command continues"
        cells = f"{left} of {count_of(len(todo), 'cell')} {'is' if left == 1 else 'are'} left"
        click.echo(f"interrupted: {cells}; {again}", err=True)
        return exit_code(trained.interrupt)
    records = [*recorded, *trained.made]
    _conclude(request, records, trained.unsaved)
    return 0 if all(record.status == "ok" for record in records) and not trained.unsaved else 1


def _plan(request: Request, registry: Registry) -> Plan:
    """The cells that are asked for. Raises UsageError."""
    selections = (request.algorithms, request.devices, request.tasks)
    ways = {"a suite": bool(request.suite), "--all": request.everything, "-a, -d or -t": any(selections)}
    given = [way for way, used in ways.items() if used]
    if len(given) != 1:
        problem = f"{' and '.join(given)} exclude each other" if given else "nothing to run"
        raise UsageError(f"{problem}: give a suite, or --all, or a selection with -a, -d and -t")
    if request.suite:
        seeds = None if request.seeds is None else parse_seeds(request.seeds)
        return suite_plan(registry, find_suite(registry, request.suite), seeds, request.budget)
    seeds = parse_seeds(DEFAULT_SEEDS if request.seeds is None else request.seeds)
    return plan(registry, *selections, seeds, request.budget or DEFAULT_BUDGET)


def _check_writable(store: Store) -> None:
    """Before any work. Raises UsageError."""
    try:
        store.check_writable()
    except OSError as error:
        place = f"cannot write records into {store.folder}: {error.strerror or error}"
        raise UsageError(f"{place}; choose another folder with --results") from error


def _load_all(store: Store) -> list[Record]:
    """All records there are; and on the way a warning for each damaged file."""
    records, problems = store.load_all()
    for problem in problems:
        click.echo(f"warning: damaged record {problem}", err=True)
    return records


def _opening(grid: Plan, todo: int, size: Size) -> str:
    """What is going to happen, in a line or two."""
    done = len(grid.cells) - todo
    jobs = count_of(len(size.jobs), "job")
    text = f"{count_of(len(grid.cells), 'cell')}: {done} recorded already, {todo} to run in {jobs}"
    if todo:
        workers = ", ".join(f"{count} on {place}" for place, count in sorted(size.workers.items()))
        text += f"; workers: {workers}, threads of each: {size.threads}"
    if grid.unfit:
        text += f"\nleft out, since they do not fit: {', '.join(_unfit(grid))}"
    return "\n".join([text, *(f"left out: {absent}" for absent in grid.absent)])


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


def _train(size: Size, target: str, registry: Registry, store: Store, known: Sequence[Record]) -> _Trained:
    """Run the jobs, longest first. known: records that tell how long. Raises AnalogbenchError where that cannot be."""
    from rich.console import Console

    from analogbench.records.provenance import provenance
    from analogbench.run.coordinator import Coordinator
    from analogbench.run.display import make_display
    from analogbench.run.order import longest_first
    from analogbench.run.recorder import Recorder

    display = make_display(sum(len(job.cells) for job in size.jobs), Console(stderr=True))
    recorder = Recorder(store, registry, provenance(["analogbench", *sys.argv[1:]], registry), display.note)
    coordinator = Coordinator(replace(SETTINGS, target=target, threads=size.threads), size.workers, recorder, display)
    try:
        coordinator.run(longest_first(size.jobs, registry, known))
    except OSError as error:
        raise AnalogbenchError(f"the run broke off, the same command continues: {error}") from error
    return _Trained(coordinator.records, recorder.unsaved, coordinator.interrupt)


def _conclude(request: Request, records: Sequence[Record], unsaved: Sequence[Record]) -> None:
    """Print the leaderboard of these cells, how they ended, and where everything lies."""
    from analogbench.report.leaderboard import leaderboard_text

    click.echo(leaderboard_text(records))
    click.echo(f"\n{count_of(len(records), 'cell')}: {counts(record.status for record in records)}")
    for line in failures(records):
        click.echo(f"  {line}")
    if unsaved:
        click.echo(f"could not be recorded: {'; '.join(str(record.cell) for record in unsaved)}", err=True)
    places = [f"records in {request.results / 'records'}"]
    if request.report:
        from analogbench.report.write import write_report

        paths = write_report(request.results).paths
        places += [f"tables and plots in {request.results} ({len(paths)} files)"]
    click.echo("; ".join(places))
