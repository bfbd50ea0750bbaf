"""A suite's report: one page, with its figures beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from analogbench.errors import UsageError
from analogbench.grid.plan import Plan
from analogbench.grid.suite import Suite
from analogbench.records.record import Record
from analogbench.report.suites.captions import caption, missing
from analogbench.report.suites.comparison import rows
from analogbench.report.suites.comparison_files import write_comparison
from analogbench.report.suites.comparison_table import Table, table
from analogbench.report.suites.gather import Gathered, gather
from analogbench.report.suites.lines import Layout, layout
from analogbench.report.suites.origin import differing
from analogbench.report.suites.page import Shown, page, plain
from analogbench.report.tables import slug

FOLDER = "suites"


def write_suite_report(
    suite: Suite, plan: Plan, records: Sequence[Record], results: Path, stale: Collection[str] = ()
) -> tuple[Path, ...]:
    """Write `suites/<name>.md` under `results`, from the records of the plan's cells, with its figures, and its tables
    of published numbers as LaTeX, HTML, CSV and JSON.

    Where the budget is not the suite's own, it joins the name, behind a sign that no name has. stale: identities of
    records that other code has made than is installed now. Raises UsageError where that cannot be written.
    """
    gathered = gather(suite, plan, records, stale)
    stem = slug(suite.name) + ("" if gathered.budget == suite.budget else f"@{gathered.budget}")
    folder = results / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        drawn, shown = _figures(gathered, folder / stem)
        path = folder / f"{stem}.md"
        tables = _tables(gathered)
        path.write_text(page(gathered, shown, tables), encoding="utf-8", newline="\n")
        compared = _compared(gathered, tables, folder / stem)
    except OSError as error:
        raise UsageError(f"cannot write {error.filename or folder}: {error.strerror or error}") from error
    return path, *drawn, *compared


def suite_report_text(suite: Suite, plan: Plan, records: Sequence[Record], stale: Collection[str] = ()) -> str:
    """The tables of published and measured numbers for the terminal; empty if the suite has none."""
    return plain(_tables(gather(suite, plan, records, stale)))


def _figures(gathered: Gathered, stem: Path) -> tuple[list[Path], list[Shown]]:
    """Draw all figures: the files, and for each figure what the page needs."""
    files: list[Path] = []
    shown = []
    for spec in gathered.suite.figure:
        sorted_ = layout(spec, gathered)
        paths = _drawn(sorted_, gathered, stem.with_name(f"{stem.name}-{slug(spec.name)}"))
        text = caption(sorted_, _sources(sorted_, gathered))
        shown.append(Shown(spec.name, text, paths[0].name if paths else "", missing(sorted_)))
        files += paths
    return files, shown


def _drawn(sorted_: Layout, gathered: Gathered, path: Path) -> list[Path]:
    if not sorted_.cells:
        return []
    from analogbench.report.plots.suites import save_figure  # matplotlib takes a second to import

    return save_figure(sorted_, gathered, path)


def _compared(gathered: Gathered, tables: Sequence[Table], stem: Path) -> list[Path]:
    """The files of the published tables: `<name>-published.*`, numbered where there are several."""
    files = []
    for number, (published, strings) in enumerate(zip(gathered.suite.published, tables, strict=True), 1):
        name = f"{stem.name}-published" + (f"-{number}" if len(tables) > 1 else "")
        files += write_comparison(strings, rows(published, gathered), stem.with_name(name))
    return files


def _sources(sorted_: Layout, gathered: Gathered) -> str:
    """Where the published numbers stand that are drawn beside bars."""
    if sorted_.figure.kind != "bars":
        return ""
    tables = [one for one in gathered.suite.published if one.metric == sorted_.figure.value]
    series = {line.series for line in sorted_.lines}
    fitting = [one for one in tables if any(number.series in series for number in one.numbers)]
    return ", ".join(dict.fromkeys(one.source for one in fitting))


def _tables(gathered: Gathered) -> list[Table]:
    own = not differing(gathered)
    return [table(published, rows(published, gathered), own) for published in gathered.suite.published]
