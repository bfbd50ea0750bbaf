"""The one way in which cells are trained from the command line, whatever the command."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import click

from analogbench.cli.asking import asked, check_writable
from analogbench.cli.choosing import read_records
from analogbench.cli.conclusion import conclude, write_reports
from analogbench.cli.observing import Chosen, chosen
from analogbench.cli.opening import opening, warn_of_absent_data, warn_of_compiling
from analogbench.cli.run_options import Request
from analogbench.cli.tables import warn_of_quarantine
from analogbench.errors import AnalogbenchError
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.registry import Registry, load
from analogbench.report.helpers import helpers_for
from analogbench.run.checkpoints.file import remove
from analogbench.run.checkpoints.folder import FOLDER, checkpoint_folder
from analogbench.run.checkpoints.unfinished import unfinished
from analogbench.run.messages import Settings
from analogbench.run.order import longest_first
from analogbench.run.resume import remaining
from analogbench.run.site import LOCAL, Site, site_of
from analogbench.run.sizing import Size
from analogbench.run.stopping import exit_code, signals_raised
from analogbench.run.wording import title
from analogbench.wording import count_of

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
    code_read = time.time()
    with signals_raised():
        registry = load()
        warn_of_quarantine(registry)
        return _carry_out(request, registry, replace(SETTINGS, code_read=code_read))


def _carry_out(request: Request, registry: Registry, settings: Settings) -> int:
    grid, suite = asked(request, registry)
    observers = chosen(request.observe, registry)
    store = Store(request.results)
    if not request.dry_run:
        check_writable(store)
    todo, recorded, before = remaining(grid.cells, registry, store, force=request.force, retry=request.retry)
    known = read_records(store)[0]
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
        if todo and not site.far and "cpu" in size.workers:
            warn_of_compiling()
        size = replace(size, jobs=tuple(longest_first(size.jobs, registry, known)))
        settings = replace(settings, target=target, threads=size.threads, memory=size.memory)
        trained = _train(request, site, size, settings, registry, before, observers) if todo else _Trained()
    if trained.interrupt is not None:
        click.echo(_left(request, len(todo), trained), err=True)
        return exit_code(trained.interrupt)
    records = [*recorded, *trained.made]
    with helpers_for(len(known) + len(trained.made) if request.report else 0) as helpers:
        conclude(records, trained.unsaved, grid, suite)
        reports = write_reports(request.results, registry, grid, suite, helpers) if request.report else []
    click.echo("; ".join([f"records in {request.results / 'records'}", *reports]))
    return 0 if all(record.status == "ok" for record in records) and not trained.unsaved else 1


def _site(request: Request, registry: Registry, needed: bool) -> Site:
    """Where to train: here where there is nothing to train, or where a local cluster would be started for nothing."""
    dry = request.dry_run and request.cluster == LOCAL
    cluster = request.cluster if needed and not dry else None
    return site_of(cluster, registry, request.limits, lambda text: click.echo(text, err=True))


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
    request: Request,
    site: Site,
    size: Size,
    settings: Settings,
    registry: Registry,
    before: Mapping[str, Record],
    observers: Chosen,
) -> _Trained:
    """Run the jobs. before: the records that some of their cells have all the same, by identity. observers: what makes
    them. Raises AnalogbenchError where that cannot be."""
    from rich.console import Console

    from analogbench.records.claims import Claims
    from analogbench.records.provenance import provenance
    from analogbench.run.claiming import Claiming
    from analogbench.run.coordinator import Coordinator
    from analogbench.run.display import make_display
    from analogbench.run.observing import Observers
    from analogbench.run.recorder import Recorder

    display = make_display(sum(len(job.cells) for job in size.jobs), Console(stderr=True))
    origin = provenance(["analogbench", *sys.argv[1:]], registry)
    watching = Observers(observers, registry, display.note)
    recorder = Recorder(Store(request.results), registry, origin, display.note, observers=watching)
    policy = request.policy
    settings = replace(settings, timeout=policy.timeout, worker_memory=policy.worker_memory, observed=bool(observers))
    try:
        with Claims(request.results) as claims, checkpoint_folder(request.results, policy.checkpoint_every) as folder:
            settings = replace(settings, checkpoints=folder, checkpoint_every=policy.checkpoint_every or 0.0)
            claiming = Claiming(claims, recorder.store, registry, before)
            crew = site.crew(size, settings, claims.sign, display.note)
            coordinator = Coordinator(settings, crew, recorder, display, retries=policy.retries, claiming=claiming)
            with watching:
                coordinator.run(size.jobs)
    except OSError as error:
        raise AnalogbenchError(f"the run broke off, the same command continues: {error}") from error
    return _Trained(coordinator.records, recorder.unsaved, coordinator.interrupt)
