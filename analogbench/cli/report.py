"""`analogbench report`: leaderboards on the screen; tables, plots and the page as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analogbench.api.task import BUDGETS
from analogbench.cli.plugin_option import plugin_option
from analogbench.errors import UsageError

if TYPE_CHECKING:
    from analogbench.records.record import Record
    from analogbench.report.drawing import Plots


@click.command()
@click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder with the records; tables and plots go there too.",
)
@click.option("-t", "--task", "tasks", multiple=True, metavar="GLOB", help="Print only these tasks; may be repeated.")
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
    from analogbench.records.store import Store
    from analogbench.registry import load
    from analogbench.report.leaderboard import board_text, leaderboard_text
    from analogbench.report.write import prepare, write_prepared

    records, problems = Store(results).load_all()
    for problem in problems:
        click.echo(f"warning: damaged record {problem}", err=True)
    if not records:
        raise UsageError(f"no records in {results}: run `analogbench run` first, or name another folder with --results")
    shown = selected(records, tasks, budget)
    registry = load()
    stale = stale_in(records, registry, results)
    prepared = prepare(records, stale)
    everything = len(shown) == len(records)
    texts = [board_text(board) for board in prepared.boards] if everything else [leaderboard_text(shown, stale)]
    click.echo("\n\n".join(texts))
    written = write_prepared(prepared, results, plots)
    paths = written.paths
    if html:
        from analogbench.cli.page import write_html

        paths = (*paths, write_html(records, problems, registry, results, stale))
    click.echo(f"\n{_where(paths)}")
    for note in written.notes:
        click.echo(f"{note}; --plots all draws them, too")
    ctx.exit(1 if problems else 0)


def selected(records: Sequence[Record], tasks: Sequence[str], budget: str | None) -> list[Record]:
    """The records whose task, by name or by label, fits one of the globs, and whose budget is the given one."""
    shown = [record for record in records if _fits(record, tasks) and budget in (None, record.cell.budget)]
    if not shown:
        there = sorted({f"{record.cell.task.name} ({record.cell.budget})" for record in records})
        raise UsageError(f"no record fits --task and --budget; there are: {', '.join(there)}")
    return shown


def _fits(record: Record, tasks: Sequence[str]) -> bool:
    names = (record.cell.task.name, record.labels.task)
    return not tasks or any(name == task or fnmatchcase(name, task) for task in tasks for name in names)


def _where(paths: Iterable[Path]) -> str:
    """`wrote 12 files: results/leaderboard.md, results/tables/, results/plots/`."""
    listed = list(paths)
    pages = [path for path in listed if path.suffix in {".md", ".html"} and path.parent.name != "tables"]
    folders = sorted({path.parent for path in listed} - {path.parent for path in pages})
    places = [*map(str, pages), *(f"{folder}/" for folder in folders)]
    return f"wrote {len(listed)} files: {', '.join(places)}"
