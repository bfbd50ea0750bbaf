"""What `analogbench run` says, and writes, after it has trained."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analogbench.cli.staleness import stale_in
from analogbench.grid.cell import Cell
from analogbench.grid.plan import Plan
from analogbench.grid.suite import Suite
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.run.wording import counts, failures
from analogbench.wording import count_of

if TYPE_CHECKING:
    from analogbench.registry import Registry
    from analogbench.report.helpers import Helpers


def conclude(records: Sequence[Record], unsaved: Sequence[Record], plan: Plan, suite: Suite | None) -> None:
    """Print the leaderboard of these records, the suite's own tables, and how the cells ended.

    unsaved: those that could not be written.
    """
    from analogbench.report.leaderboard import leaderboard_text

    click.echo(leaderboard_text(records))
    if suite is not None and (text := suite_text(suite, plan, records)):
        click.echo(f"\n{text}")
    click.echo(f"\n{count_of(len(records), 'cell')}: {counts(record.status for record in records)}")
    for line in failures(records):
        click.echo(f"  {line}")
    if unsaved:
        click.echo(f"could not be recorded: {'; '.join(str(record.cell) for record in unsaved)}", err=True)


def suite_text(suite: Suite, plan: Plan, records: Sequence[Record], stale: Collection[str] = ()) -> str:
    """The tables of a suite's own report, for the terminal; empty if it has none.

    stale: identities of records that other code has made than is installed now.
    """
    from analogbench.report.suites import suite_report_text

    return suite_report_text(suite, plan, records, stale)


def write_reports(
    results: Path, registry: Registry, plan: Plan, suite: Suite | None, helpers: Helpers | None = None
) -> list[str]:
    """Write the report on all records of a folder, and the suite's own; returns where they are, readable. helpers:
    processes that draw, too."""
    from analogbench.report.write import prepare, write_prepared

    records, _ = Store(results).load_all()
    stale = stale_in(records, registry, results)
    written = write_prepared(prepare(records, stale), results, helpers=helpers)
    places = [f"tables and plots in {results} ({count_of(len(written.paths), 'file')})"]
    places += [f"{note}; `analogbench report --plots all` draws them, too" for note in written.notes]
    if suite is not None:
        places.append(write_suite(suite, plan, records, results, stale))
    return places


def write_suite(suite: Suite, plan: Plan, records: Sequence[Record], results: Path, stale: Collection[str] = ()) -> str:
    """Write a suite's own report; returns where it is, readable. stale: as for `suite_text`."""
    from analogbench.report.suites import write_suite_report

    paths = write_suite_report(suite, plan, records, results, stale)
    return f"report on suite {suite.name} in {paths[0]} ({count_of(len(paths), 'file')})"


def recorded(cells: Iterable[Cell], records: Iterable[Record]) -> bool:
    """Whether there is a record of any of the cells, of whatever version of the code."""
    known = {record.cell.key for record in records}
    return any(cell.key in known for cell in cells)
