"""`analogbench status`: how far a grid is, what failed, who is at work on it, and what to run next."""

from __future__ import annotations

from typing import Any

import click

from analogbench.cli.run_options import (
    DEFAULT_BUDGET,
    DEFAULT_SEEDS,
    Asked,
    protocol_options,
    results_option,
    selection_options,
)


@click.command()
@selection_options
@protocol_options(f"{DEFAULT_SEEDS}, or the suite's", f"{DEFAULT_BUDGET}, or the suite's")
@results_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
def status(*, as_json: bool, **options: Any) -> None:
    """Say what is done, failed, running, interrupted, stale and missing of SUITE or a selection.

    They mean what they mean to `run`. With neither, everything that is recorded in the folder. Nothing is written.

    SUITE is the name of an installed suite or a path that ends in .toml.
    """
    from analogbench.cli.choosing import read_records
    from analogbench.cli.status_output import as_data, show
    from analogbench.cli.status_summary import summary
    from analogbench.cli.tables import print_json, warn_of_quarantine
    from analogbench.records.store import Store
    from analogbench.registry import load

    request = Asked(**options)
    registry = load()
    warn_of_quarantine(registry)
    found = summary(request, registry, read_records(Store(request.results))[0])
    if as_json:
        print_json(as_data(found))
    else:
        show(found)
