"""What a command line asks for: the cells of a selection or a suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analogbench.api.task import Budget
from analogbench.cli.run_options import DEFAULT_BUDGET, DEFAULT_SEEDS, Asked
from analogbench.errors import UsageError
from analogbench.grid.plan import Plan, parse_seeds, plan
from analogbench.grid.suite import Suite, check_name, find_suite, suite_plan
from analogbench.grid.suite_check import check_suite
from analogbench.grid.suite_columns import undeclared
from analogbench.records.store import Store

if TYPE_CHECKING:
    from analogbench.registry import Registry


def asked(request: Asked, registry: Registry) -> tuple[Plan, Suite | None]:
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


def check_writable(store: Store) -> None:
    """Before any work. Raises UsageError."""
    try:
        store.check_writable()
    except OSError as error:
        place = f"cannot write records into {store.folder}: {error.strerror or error}"
        raise UsageError(f"{place}; choose another folder with --results") from error
