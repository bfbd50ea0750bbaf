"""`analogbench serve`: the page, live."""

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
from analogbench.errors import UsageError

HOST, PORT = "127.0.0.1", 8765


@click.command()
@selection_options
@protocol_options(f"{DEFAULT_SEEDS}, or the suite's", f"{DEFAULT_BUDGET}, or the suite's")
@results_option
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any that is free.")
@click.option("--host", default=HOST, show_default=True, help="Address to listen at; the default is this machine only.")
def serve(*, host: str, port: int, **options: Any) -> None:
    """Show the page of a results folder in a browser, and keep it up to date while a run goes on.

    A SUITE or a selection, as of `analogbench run`, says of which cells the progress is shown; by default it is of all
    that is recorded. Nothing is written. Ctrl-C ends it.
    """
    from analogbench.cli.tables import warn_of_quarantine
    from analogbench.cli.watching import Watched
    from analogbench.registry import load
    from analogbench.report.page.server import PageServer

    registry = load()
    warn_of_quarantine(registry)
    watched = Watched(Asked(**options), registry)
    watched.page()  # what is wrong with the selection is said now
    try:
        server = PageServer(host, port, watched.page)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot listen at {host}:{port}: {why}; choose another with --host and --port") from error
    with server:
        click.echo(f"{watched.title} at {server.url} (Ctrl-C ends it)")
        server.serve_forever()
