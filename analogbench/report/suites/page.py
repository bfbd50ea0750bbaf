"""A suite's page, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tabulate import tabulate

from analogbench.report.ranking import boards
from analogbench.report.suites.comparison_table import Table
from analogbench.report.suites.gather import Gathered
from analogbench.report.suites.origin import command, facts, warning
from analogbench.report.tables import markdown, markdown_text


def page(gathered: Gathered, figures: Sequence[tuple[str, str, str]], tables: Sequence[Table]) -> str:
    """The whole page. figures: of each its name, its caption and its file beside the page, empty where none is."""
    suite = gathered.suite
    lines = [f"# {markdown_text(suite.title)}", ""]
    if warning(gathered):
        lines += [f"**{markdown_text(warning(gathered))}**", ""]
    if suite.description.strip():
        lines += [suite.description.strip(), ""]
    if suite.source.strip():
        lines += [f"Source: {markdown_text(suite.source)}", ""]
    lines += ["```sh", command(gathered), "```", "", *_list(list(facts(gathered)))]
    for name, caption, file in figures:
        lines += _figure(name, caption, file)
    for table in tables:
        lines += _table(table)
    if not figures and not tables:
        lines += [markdown(board) for board in boards(gathered.recorded)]
    lines += _section("Choices", suite.choices) + _section("Findings", suite.findings)
    return "\n".join(lines).rstrip("\n") + "\n"


def _list(items: Sequence[str]) -> list[str]:
    return [*(f"- {markdown_text(item)}" for item in items), ""]


def _section(title: str, items: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *_list(items)] if items else []


def _figure(name: str, caption: str, file: str) -> list[str]:
    image = f"![{markdown_text(name)}]({file})" if file else "Not drawn: no cell has anything to show yet."
    return [image, "", f"**Figure {markdown_text(name)}.** {markdown_text(caption)}", ""]


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
