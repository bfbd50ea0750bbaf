"""What `analogbench bench` does: choose the cases, have them measured, show and write what came of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from analogbench.bench.cases import Case, cases_of
from analogbench.bench.document import rates
from analogbench.bench.rows import Row
from analogbench.bench.scaling import Plan as CoresPlan
from analogbench.bench.scaling import Scaling, cores_here, scaling
from analogbench.bench.sweep import Settings, count, sweep
from analogbench.bench.tables import Names, number
from analogbench.cli.asking import plan_of
from analogbench.cli.bench import SUITE
from analogbench.cli.bench_output import Findings, check_writable, show, write
from analogbench.cli.tables import warn_of_quarantine
from analogbench.errors import UsageError
from analogbench.grid.cell import Cell
from analogbench.grid.plan import plan
from analogbench.grid.suite_bench import Bench
from analogbench.records.provenance import now, provenance
from analogbench.registry import Registry, load
from analogbench.run.environment import worker_variables
from analogbench.run.messages import Settings as WorkerSettings
from analogbench.run.sizing import choose_target, cuda_is_available
from analogbench.run.stopping import signals_raised

GIB = 2.0**30


@dataclass(frozen=True)
class Request:
    """The options, as given."""

    suite: str | None
    algorithms: tuple[str, ...]
    devices: tuple[str, ...]
    tasks: tuple[str, ...]
    reference: str | None
    baseline: str | None
    replicas: tuple[int, ...]
    targets: tuple[str, ...]
    seconds: float
    rounds: int
    threads: int
    cores: int | None
    memory: float | None
    out: Path
    compare: Path | None


def carry_out(request: Request) -> int:
    """Measure what is asked for and return the exit code: 1 if some case failed. Raises AnalogbenchError."""
    with signals_raised():
        registry = load()
        warn_of_quarantine(registry)
        cells, bench = _asked(request, registry)
        names = Names(bench.reference, bench.baseline, None if request.compare is None else rates(request.compare))
        cases = cases_of(registry, cells, bench)
        _check_data(cases, registry)
        settings, cores = _settings(request), _cores(request)
        check_writable(request.out)
        findings = Findings([], [], settings, names, provenance(["analogbench", *sys.argv[1:]], registry), now())
        try:
            _measure(cases, settings, findings.rows)
            _scale(cases, cores, findings.scalings)
        finally:  # what was measured before an interrupt is worth keeping
            if findings.rows:
                click.echo(show(findings))
                click.echo(write(findings, request.out))
        failed = any(row.measured.status == "failed" for row in findings.rows)
        return 1 if failed or any(scaling.reason for scaling in findings.scalings) else 0


def _asked(request: Request, registry: Registry) -> tuple[Sequence[Cell], Bench]:
    """The cells, and what stands beside them. Raises UsageError."""
    selections = (request.algorithms, request.devices, request.tasks)
    own = Bench(reference=request.reference, baseline=request.baseline)
    if not any(selections):
        found, suite = plan_of(registry, request.suite or SUITE, "1", None)
        given = own.model_dump(exclude_none=True)
        return found.cells, (suite.bench or Bench()).model_copy(update=given)
    if request.suite:
        raise UsageError("a suite and -a, -d or -t exclude each other: give one of them")
    return plan(registry, *selections, [0], "quick").cells, own


def _check_data(cases: Sequence[Case], registry: Registry) -> None:
    """Raise UsageError if the data of a task are not there."""
    for cell in {case.task: case.cell for case in cases}.values():
        task = registry.task(cell.task.name).value
        if why := task(task.Params.model_validate(cell.task.params)).missing(cell.budget):
            raise UsageError(f"task {cell.task.name} cannot be measured: {' '.join(why.split())}")


def _settings(request: Request) -> Settings:
    return Settings(
        replicas=request.replicas,
        targets=_targets(request.targets),
        seconds=request.seconds,
        rounds=request.rounds,
        threads=request.threads,
        memory=None if request.memory is None else request.memory * GIB,
    )


def _targets(wanted: Sequence[str]) -> tuple[str, ...]:
    """Each once. Raises UsageError where CUDA is asked for and not there."""
    if not wanted:
        return ("cpu", "cuda") if cuda_is_available() else ("cpu",)
    return tuple(dict.fromkeys(choose_target(target) for target in wanted))


def _cores(request: Request) -> CoresPlan | None:
    """Raises UsageError where there are not so many."""
    if request.cores is None:
        return None
    if request.cores > (there := len(cores_here())):
        raise UsageError(f"--cores {request.cores}: this machine gives {there}")
    return CoresPlan(request.cores, request.seconds, request.rounds)


def _variables(threads: int) -> Mapping[str, str]:
    """Those of the workers of `analogbench run`, whose speed is measured."""
    return worker_variables(WorkerSettings(threads=threads))


def _measure(cases: Sequence[Case], settings: Settings, rows: list[Row]) -> None:
    """Add a row for each case, number of replicas and target. Raises UsageError if there is none."""
    total = count(cases, settings)
    if not total:
        raise UsageError("nothing to measure: no case can be trained on the chosen target")
    for row in sweep(cases, settings, _variables):
        rows.append(row)
        result = f"{number(row.rate.median)} replica-steps/s" if row.rate else "; ".join(row.notes)
        click.echo(f"[{len(rows)}/{total}] {row.name}: {result}", err=True)


def _scale(cases: Sequence[Case], cores: CoresPlan | None, found: list[Scaling]) -> None:
    """Add what further cores bring to each case that can be stacked, on the CPU."""
    if cores is None:
        return
    for case in [case for case in cases if case.most is None and "cpu" in case.targets]:
        found.append(scaling(case, cores, _variables))
        click.echo(f"[{cores.cores} cores] {case.name}: {found[-1].reason or 'measured'}", err=True)
