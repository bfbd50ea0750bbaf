"""`analogbench suite`: named grids, such as a figure of a paper, from their description to their report."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from analogbench.api.task import Budget
from analogbench.cli.groups import Group
from analogbench.cli.plugin_option import plugin_option
from analogbench.cli.run_options import protocol_options, request_of, results_option, run_options
from analogbench.cli.tables import warn_of_quarantine
from analogbench.errors import SelectionError, UsageError

OWN = "the suite's"

_F = TypeVar("_F", bound=Callable[..., Any])


def _name(command: _F) -> _F:
    """The argument of what is about one suite, which may be of plugins that are not installed."""
    return click.argument("name", metavar="NAME")(plugin_option(command))


@click.group(cls=Group)
def suite() -> None:
    """List, explain, run and report suites: named grids such as a figure of a paper.

    NAME is the name of an installed suite or a path that ends in .toml.
    """


@suite.command("list")
def list_() -> None:
    """List the installed suites."""
    from analogbench.cli.suite_list import HEADERS, WIDTHS, row
    from analogbench.cli.tables import print_table
    from analogbench.registry import load

    registry = load()
    rows, problems = [], []
    for entry in registry.suites.values():
        try:
            rows.append(row(registry, entry))
        except SelectionError as error:  # one broken suite must not hide the others
            rows.append((entry.name, f"broken: {error}", "", "", "", "", f"{entry.distribution} {entry.version}"))
            problems.append(f"warning: suite {entry.name} cannot be used: {error}")
    print_table(HEADERS, rows, WIDTHS)
    for problem in problems:
        click.echo(problem, err=True)
    warn_of_quarantine(registry)


@suite.command()
@_name
def show(name: str) -> None:
    """Explain a suite: source, grids, published numbers."""
    from analogbench.cli.suite_show import show_suite
    from analogbench.grid.suite import find_suite
    from analogbench.registry import load

    registry = load()
    show_suite(find_suite(registry, name), name, registry)
    warn_of_quarantine(registry)


@suite.command()
@_name
@run_options(OWN, OWN)
@click.pass_context
def run(ctx: click.Context, /, name: str, **options: Any) -> None:
    """Train the cells of a suite and report on them.

    Each cell is recorded as it ends. Those that are recorded already are not run again. Ctrl-C loses only the cells in
    flight; the same command continues.
    """
    from analogbench.cli.training import carry_out

    ctx.exit(carry_out(request_of(suite=name, **options)))


@suite.command()
@_name
@results_option
@protocol_options(OWN, OWN)
def report(name: str, results: Path, seeds: str | None, budget: Budget | None) -> None:
    """Write the report on a suite again, without training."""
    from analogbench.cli.asking import plan_of
    from analogbench.cli.choosing import read_records
    from analogbench.cli.conclusion import recorded, suite_text, write_suite
    from analogbench.cli.staleness import stale_in
    from analogbench.records.store import Store
    from analogbench.registry import load

    registry = load()
    warn_of_quarantine(registry)
    plan, found = plan_of(registry, name, seeds, budget)
    records = read_records(Store(results))[0]
    if not recorded(plan.cells, records):
        advice = f"run `analogbench suite run {shlex.quote(name)}` first, or name another folder with --results"
        raise UsageError(f"no records of suite {found.name} in {results}: {advice}")
    own = {cell.key for cell in plan.cells}
    stale = stale_in([record for record in records if record.cell.key in own], registry, results)
    if text := suite_text(found, plan, records, stale):
        click.echo(f"{text}\n")
    click.echo(write_suite(found, plan, records, results, stale))
