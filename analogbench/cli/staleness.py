"""Says which records of a report are of other code than is installed now."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analogbench.records.staleness import stale

if TYPE_CHECKING:
    from analogbench.records.record import Record
    from analogbench.registry import Registry


def stale_in(records: Sequence[Record], registry: Registry, results: Path) -> frozenset[str]:
    """The identities of the stale ones among `records`; says on stderr how many of those that are shown they are."""
    from analogbench.report.frame import newest
    from analogbench.report.notes import STALE

    found = stale(records, registry)
    shown = newest(records, found)
    if number := sum(kept.stale for kept in shown):
        are = "record is" if len(shown) == 1 else "records are"
        click.echo(
            f"{number} of {len(shown)} {are} stale ({STALE}), made by other code than is installed now; "
            f"`analogbench status --results {shlex.quote(str(results))}` says which, and what runs them again",
            err=True,
        )
    return found
