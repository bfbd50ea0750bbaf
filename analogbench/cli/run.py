"""`analogbench run`: train a grid of cells, record each, and rank them."""

from __future__ import annotations

from typing import Any

import click

from analogbench.cli.run_options import DEFAULT_BUDGET, DEFAULT_SEEDS, request_of, run_options, selection_options
from analogbench.cli.training import carry_out


@click.command()
@selection_options
@run_options(f"{DEFAULT_SEEDS}, or the suite's", f"{DEFAULT_BUDGET}, or the suite's")
@click.pass_context
def run(ctx: click.Context, /, **options: Any) -> None:
    """Train the cells of SUITE, or of a selection, and record each as it ends.

    Cells that are recorded already are not run again. Ctrl-C loses only the cells in flight; the same command
    continues.

    SUITE is the name of an installed suite or a path that ends in .toml.
    """
    ctx.exit(carry_out(request_of(**options)))
