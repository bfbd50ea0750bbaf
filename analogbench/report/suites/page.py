"""A suite's page, in Markdown."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tabulate import tabulate

from analogbench.report.markdown_text import markdown_text
from analogbench.report.ranking import boards
from analogbench.report.suites.comparison_table import Table
from analogbench.report.suites.gather import Gathered
from analogbench.report.suites.origin import command, differing, facts, warning
from analogbench.report.tables import markdown


@dataclass(frozen=True)
class Shown:
    """A figure on the page. file: beside the page, empty where it could not be drawn. missing: why, then."""

    name: str
    caption: str
    file: str
    missing: str = ""


def page(gathered: Gathered, figures: Sequence[Shown], tables: Sequence[Table]) -> str:
    """The whole page."""
    suite = gathered.suite
    lines = [f"# {markdown_text(suite.title)}", ""]
    if warning(gathered):
        lines += [f"**{markdown_text(warning(gathered))}**", ""]
    for paragraph in filter(str.strip, suite.description.split("\n\n")):
        lines += [markdown_text(paragraph), ""]
    if suite.source.strip():
        lines += [f"Source: {markdown_text(suite.source)}", ""]
    lines += ["```sh", command(gathered), "```", "", *_list(list(facts(gathered)))]
    for figure in figures:
        lines += _figure(figure)
    for table in tables:
        lines += _table(table)
    if not figures and not tables:
        lines += [markdown(board) for board in boards(gathered.recorded, stale=gathered.stale)]
    lines += _section("Choices", suite.choices) + _findings(gathered)
    return "\n".join(lines).rstrip("\n") + "\n"


def _list(items: Sequence[str]) -> list[str]:
    return [*(f"- {markdown_text(item)}" for item in items), ""]


def _section(title: str, items: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *_list(items)] if items else []


def _findings(gathered: Gathered) -> list[str]:
    """What was found holds at the suite's own settings; at others the page says where it stands."""
    suite = gathered.suite
    if not suite.findings or not differing(gathered):
        return _section("Findings", suite.findings)
    where = f"`analogbench suite show {shlex.quote(suite.called)}`"
    return ["## Findings", "", f"What explains differences was found at the suite's own settings; see {where}.", ""]


def _figure(shown: Shown) -> list[str]:
    name = markdown_text(shown.name)
    image = f"![{name}]({shown.file})" if shown.file else f"Not drawn: {markdown_text(shown.missing)}."
    return [image, "", f"**Figure {name}.** {markdown_text(shown.caption)}".rstrip(), ""]


def _table(table: Table) -> list[str]:
    rows = [[markdown_text(cell) for cell in row] for row in table.rows]
    headers = [markdown_text(header) for header in table.headers]
    text = str(tabulate(rows, headers, "github", disable_numparse=True))
    return [
        f"## {markdown_text(table.title)}",
        "",
        f"Published in {markdown_text(table.source)}.",
        "",
        text,
        "",
        *_list(table.notes),
    ]


def plain(tables: Sequence[Table]) -> str:
    """The tables for the terminal, each under a header line."""
    return "\n\n".join("\n".join(_plain(table)) for table in tables)


def _plain(table: Table) -> Iterator[str]:
    yield f"{table.title}: published ({table.source}) and measured"
    yield ""
    text = str(tabulate(table.rows, table.headers, "simple", disable_numparse=True))
    yield from (line.rstrip() for line in text.splitlines())
    yield ""
    yield from (f"  {note}" for note in table.notes)
