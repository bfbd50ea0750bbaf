"""`analogbench report`: leaderboards on the screen; tables, plots and the page as files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analogbench.api.task import BUDGETS
from analogbench.cli.choosing import chosen, glob_option, open_results
from analogbench.cli.plugin_option import plugin_option
from analogbench.cli.run_options import results_option

if TYPE_CHECKING:
    from analogbench.report.drawing import Plots


@click.command()
@results_option
@glob_option("task", "Print only")
@click.option("--budget", type=click.Choice(BUDGETS), help="Print only this budget.")
@plugin_option
@click.option("--html", is_flag=True, help="Write index.html, too: one page with everything, to be published.")
@click.option(
    "--plots",
    type=click.Choice(("auto", "all", "none")),
    default="auto",
    show_default=True,
    help="What to draw; auto leaves out rankings where there are very many, and says which. Earlier plots are removed.",
)
@click.pass_context
def report(  # noqa: PLR0913, PLR0917 - each is an option
    ctx: click.Context, /, results: Path, tasks: tuple[str, ...], budget: str | None, html: bool, plots: Plots
) -> None:
    """Print the leaderboards and write all tables and plots.

    Where a cell has a record of the code that is installed now, older ones do not count; elsewhere they are marked.
    The exit code is 1 where a file is no record; the others are reported all the same.
    """
    from analogbench.cli.staleness import stale_in
    from analogbench.registry import load
    from analogbench.report.helpers import helpers_for
    from analogbench.report.leaderboard import board_text, leaderboard_text
    from analogbench.report.write import prepare, write_prepared

    records, problems = open_results(results)
    shown = chosen(records, {"task": tasks}, budget)
    with helpers_for(0 if plots == "none" else len(records)) as helpers:
        registry = load()
        stale = stale_in(records, registry, results)
        prepared = prepare(records, stale)
        everything = len(shown) == len(records)
        texts = [board_text(board) for board in prepared.boards] if everything else [leaderboard_text(shown, stale)]
        click.echo("\n\n".join(texts))
        written = write_prepared(prepared, results, plots, helpers)
    paths = written.paths
    if html:
        from analogbench.publish.making import write_html

        paths = (*paths, write_html(prepared, problems, registry, results))
    click.echo(f"\n{_where(paths)}")
    for note in written.notes:
        click.echo(f"{note}; --plots all draws them, too")
    ctx.exit(1 if problems else 0)


def _where(paths: Iterable[Path]) -> str:
    """`wrote 12 files: results/leaderboard.md, results/tables/, results/plots/`."""
    listed = list(paths)
    pages = [path for path in listed if path.suffix in {".md", ".html"} and path.parent.name != "tables"]
    folders = sorted({path.parent for path in listed} - {path.parent for path in pages})
    places = [*map(str, pages), *(f"{folder}/" for folder in folders)]
    return f"wrote {len(listed)} files: {', '.join(places)}"
