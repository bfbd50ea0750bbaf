"""`analogbench table`: one table of anything that the records hold, in the format of a paper, a page or a program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analogbench.api.task import BUDGETS
from analogbench.cli.choosing import chosen, glob_option, open_results
from analogbench.cli.run_options import results_option
from analogbench.errors import UsageError

if TYPE_CHECKING:
    from analogbench.report.pivot.pivot import Pivot

FORMATS = ("txt", "md", "html", "latex", "csv", "json")

SUFFIXES = {".txt": "txt", ".md": "md", ".html": "html", ".tex": "latex", ".csv": "csv", ".json": "json"}
"""What a file's name says of its format."""


@click.command()
@results_option
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="By default what -o's suffix says, or txt.")
@click.option("-m", "--metric", metavar="KEY", help="What the cells show. By default the ranking metric.")
@click.option("--rows", default="algorithm,device", show_default=True, metavar="KEYS", help="What rows are told by.")
@click.option(
    "--columns", default="", metavar="KEYS", help="What columns are told by, e.g. device, task or device.tau."
)
@click.option("--spread", type=click.Choice(["sd", "ci"]), default="sd", show_default=True, help="What ± means.")
@click.option("--sort", default="", metavar="COLUMN", help="Sort rows by a key of theirs, or by a column, best first.")
@click.option("--best", is_flag=True, help="Only the best setting of what the rows name: an optimistic choice.")
@glob_option("algorithm")
@glob_option("device")
@glob_option("task")
@click.option("--budget", type=click.Choice(BUDGETS), help="Only this budget.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
@click.pass_context
def table(
    ctx: click.Context, /, results: Path, form: str | None, output: Path | None, metric: str | None, **options: Any
) -> None:
    """Print one table of whatever the records hold.

    KEYS, between commas: algorithm, device, task, data, budget, or a parameter such as device.tau or algorithm.lr.
    KEY: a metric that records have, or pulses, seconds, job_seconds, steps. Cells show mean ± sd or interval and the
    number of seeds; failures, missing cells, unequal seeds and stale records are said. CSV and JSON have one line for
    each cell of the table, with all digits. The exit code is 1 where a file is no record.
    """
    from analogbench.cli.staleness import stale_in
    from analogbench.registry import load
    from analogbench.report.frame import newest
    from analogbench.report.pivot.keys import parse
    from analogbench.report.pivot.pivot import Wish, pivot
    from analogbench.report.quantity import quantity_of

    records, problems = open_results(results)
    globs = {kind: options[f"{kind}s"] for kind in ("algorithm", "device", "task")}
    shown = chosen(records, globs, options["budget"])
    wish = Wish(parse(options["rows"]), parse(options["columns"]), options["sort"], options["best"])
    stale = stale_in(shown, load(), results)
    made = pivot(newest(shown, stale), quantity_of(shown, metric), wish)
    _put(_written(made, form or SUFFIXES.get(output.suffix if output else "", "txt"), options["spread"]), output)
    ctx.exit(1 if problems else 0)


def _written(made: Pivot, form: str, spread: Any) -> str:
    from analogbench.report.pivot.lines import as_csv, as_json, lines
    from analogbench.report.pivot.sheet import sheet
    from analogbench.report.sheet import WRITERS

    strings = sheet(made, spread)
    if form == "json":
        return as_json(made, strings.notes)
    return as_csv(lines(made)) if form == "csv" else WRITERS[form](strings)


def _put(text: str, output: Path | None) -> None:
    """On the screen, or into a file. Raises UsageError where that cannot be written."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror or error}") from error
    click.echo(f"wrote {output}", err=True)
