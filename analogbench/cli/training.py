"""The one way in which cells are trained from the command line, whatever the command."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import click

from analogbench.api.task import Budget
from analogbench.cli.conclusion import conclude, write_reports
from analogbench.cli.opening import opening, warn_of_absent_data
from analogbench.cli.run_options import DEFAULT_BUDGET, DEFAULT_SEEDS, Request
from analogbench.cli.tables import warn_of_quarantine
from analogbench.errors import AnalogbenchError, UsageError
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job
from analogbench.grid.plan import Plan, parse_seeds, plan
from analogbench.grid.suite import Suite, check_name, find_suite, suite_plan
from analogbench.grid.suite_check import check_suite
from analogbench.grid.suite_columns import undeclared
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.registry import Registry, load
from analogbench.run.checkpoints.file import remove
from analogbench.run.checkpoints.folder import FOLDER, checkpoint_folder
from analogbench.run.checkpoints.unfinished import unfinished
from analogbench.run.messages import Settings
from analogbench.run.order import longest_first
from analogbench.run.resume import remaining
from analogbench.run.site import LOCAL, Site, site_of
from analogbench.run.sizing import Size
from analogbench.run.stopping import exit_code, signals_raised
from analogbench.run.wording import count_of, title

SETTINGS = Settings(predict="analogbench.engine.memory:predict")
"""How workers train; a test puts something quicker here."""


@dataclass
class _Trained:
    """What came of the jobs. made: all records. unsaved: those of them that could not be written. interrupt: what ended
    the run too early."""

    made: Sequence[Record] = ()
    unsaved: Sequence[Record] = ()
    interrupt: KeyboardInterrupt | None = None


def carry_out(request: Request) -> int:
    """Train what is asked for, record it, and print and write the reports; returns the exit code.

    Raises AnalogbenchError.
    """
    with signals_raised():
        registry = load()
        warn_of_quarantine(registry)
        return _carry_out(request, registry)


def _carry_out(request: Request, registry: Registry) -> int:
    grid, suite = _asked(request, registry)
    store = Store(request.results)
    if not request.dry_run:
        _check_writable(store)
    todo, recorded, before = remaining(grid.cells, registry, store, force=request.force, retry=request.retry)
    known = load_all(store)
    failed = sum(record.status != "ok" for record in recorded)
    site = _site(request, registry, bool(todo))
    with site:
        target = site.target(request.target)
        begun = _begun(request, todo, registry)
        size = site.size(todo, target, request.limits, begun)
        click.echo(opening(grid, len(todo), size, len(begun), failed), err=not request.dry_run)
        if not site.far:
            warn_of_absent_data(todo, registry)
        if request.dry_run:
            for job in size.jobs:
                click.echo(f"  {title(job, registry)}")
            return 0
        size = replace(size, jobs=tuple(longest_first(size.jobs, registry, known)))
        trained = _train(request, site, size, target, registry, before) if todo else _Trained()
    if trained.interrupt is not None:
        click.echo(_left(request, len(todo), trained), err=True)
        return exit_code(trained.interrupt)
    records = [*recorded, *trained.made]
    conclude(records, trained.unsaved, grid, suite)
    reports = write_reports(request.results, grid, suite) if request.report else []
    click.echo("; ".join([f"records in {request.results / 'records'}", *reports]))
    return 0 if all(record.status == "ok" for record in records) and not trained.unsaved else 1


def _asked(request: Request, registry: Registry) -> tuple[Plan, Suite | None]:
    """The cells that are asked for, and the suite if they are one's. Raises UsageError."""
    selections = (request.algorithms, request.devices, request.tasks)
    ways = {"a suite": bool(request.suite), "--all": request.everything, "-a, -d or -t": any(selections)}
    given = [way for way, used in ways.items() if used]
    if len(given) != 1:
        problem = f"{' and '.join(given)} exclude each other" if given else "nothing to run"
        raise UsageError(f"{problem}: give a suite, or --all, or a selection with -a, -d and -t")
    if request.suite:
        return plan_of(registry, request.suite, request.seeds, request.budget)
    seeds = parse_seeds(DEFAULT_SEEDS if request.seeds is None else request.seeds)
    return plan(registry, *selections, seeds, request.budget or DEFAULT_BUDGET), None


def plan_of(registry: Registry, name: str, seeds: str | None, budget: Budget | None) -> tuple[Plan, Suite]:
    """The cells of a suite, given by name or path, which is checked before anything is made of it.

    seeds, budget: as given on the command line; None stands for the suite's own. Raises UsageError.
    """
    suite = find_suite(registry, name)
    check_name(registry, suite)
    found = suite_plan(registry, suite, None if seeds is None else parse_seeds(seeds), budget)
    check_suite(registry, suite)
    for problem in undeclared(registry, suite, found):
        click.echo(f"warning: {problem}", err=True)
    return found, suite


def _site(request: Request, registry: Registry, needed: bool) -> Site:
    """Where to train: here where there is nothing to train, or where a local cluster would be started for nothing."""
    dry = request.dry_run and request.cluster == LOCAL
    return site_of(
        request.cluster if needed and not dry else None,
        registry,
        request.limits,
        lambda text: click.echo(text, err=True),
    )


def _check_writable(store: Store) -> None:
    """Before any work. Raises UsageError."""
    try:
        store.check_writable()
    except OSError as error:
        place = f"cannot write records into {store.folder}: {error.strerror or error}"
        raise UsageError(f"{place}; choose another folder with --results") from error


def load_all(store: Store) -> list[Record]:
    """All records there are; and on the way a warning for each damaged file."""
    records, problems = store.load_all()
    for problem in problems:
        click.echo(f"warning: damaged record {problem}", err=True)
    return records


def _begun(request: Request, todo: Sequence[Cell], registry: Registry) -> list[Job]:
    """The jobs that an interrupted run has left in the middle; none with --force, which starts all over."""
    if request.policy.checkpoint_every is None:
        return []
    jobs = unfinished(request.results / FOLDER, todo, registry, request.limits.stack)
    if not request.force:
        return list(jobs.values())
    for path in [] if request.dry_run else jobs:
        remove(path)
    return []


def _left(request: Request, cells: int, trained: _Trained) -> str:
    """What an interrupted run has left."""
    left = cells - len(trained.made) + len(trained.unsaved)
    again = "the same command without --force continues" if request.force else "the same command continues"
    return f"interrupted: {left} of {count_of(cells, 'cell')} {'is' if left == 1 else 'are'} left; {again}"


def _train(  # noqa: PLR0913, PLR0917 - each is something else
    request: Request, site: Site, size: Size, target: str, registry: Registry, before: Mapping[str, Record]
) -> _Trained:
    """Run the jobs. before: the records that some of their cells have all the same, by identity. Raises
    AnalogbenchError where that cannot be."""
    from rich.console import Console

    from analogbench.records.claims import Claims
    from analogbench.records.provenance import provenance
    from analogbench.run.claiming import Claiming
    from analogbench.run.coordinator import Coordinator
    from analogbench.run.display import make_display
    from analogbench.run.recorder import Recorder

    display = make_display(sum(len(job.cells) for job in size.jobs), Console(stderr=True))
    origin = provenance(["analogbench", *sys.argv[1:]], registry)
    recorder = Recorder(Store(request.results), registry, origin, display.note)
    policy = request.policy
    settings = replace(SETTINGS, target=target, threads=size.threads, memory=size.memory)
    settings = replace(settings, timeout=policy.timeout, worker_memory=policy.worker_memory)
    try:
        with Claims(request.results) as claims, checkpoint_folder(request.results, policy.checkpoint_every) as folder:
            settings = replace(settings, checkpoints=folder, checkpoint_every=policy.checkpoint_every or 0.0)
            claiming = Claiming(claims, recorder.store, registry, before)
            crew = site.crew(size, settings, claims.sign)
            coordinator = Coordinator(settings, crew, recorder, display, retries=policy.retries, claiming=claiming)
            coordinator.run(size.jobs)
    except OSError as error:
        raise AnalogbenchError(f"the run broke off, the same command continues: {error}") from error
    return _Trained(coordinator.records, recorder.unsaved, coordinator.interrupt)
