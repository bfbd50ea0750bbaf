"""A table of strings, and how it is written: plain text, Markdown, HTML and LaTeX. Each format escapes its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from tabulate import tabulate

from analogbench.report.latex import tabular
from analogbench.report.markdown_text import markdown_text


@dataclass(frozen=True)
class Sheet:
    """labels: how many columns at the left are names, whose digits are no numbers. best: (row, column) of the cells to
    emphasise. left: further columns that are aligned to the left. notes: below the table."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int
    best: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    left: frozenset[int] = field(default_factory=frozenset)
    notes: tuple[str, ...] = ()

    @property
    def alignment(self) -> tuple[str, ...]:
        """For tabulate: of each column."""
        places = range(len(self.headers))
        return tuple("left" if place < self.labels or place in self.left else "right" for place in places)


def plain(sheet: Sheet) -> str:
    """For a terminal; an asterisk marks the best."""
    rows = _marked(sheet, lambda cell: cell, lambda cell: f"*{cell}")
    table = str(tabulate(rows, sheet.headers, "simple", disable_numparse=True, colalign=sheet.alignment))
    lines = [sheet.title, "", *(line.rstrip() for line in table.splitlines()), "", *(f"  {n}" for n in sheet.notes)]
    return "\n".join(lines).rstrip() + "\n"


def markdown(sheet: Sheet) -> str:
    """A pipe table under a heading; the best is bold."""
    rows = _marked(sheet, markdown_text, lambda cell: f"**{cell}**")
    headers = [markdown_text(header) for header in sheet.headers]
    table = str(tabulate(rows, headers, "pipe", disable_numparse=True, colalign=sheet.alignment))
    notes = [f"- {markdown_text(note)}" for note in sheet.notes]
    return "\n".join([f"## {markdown_text(sheet.title)}", "", table, "", *notes]).rstrip() + "\n"


def html(sheet: Sheet) -> str:
    """A `<table>` with its caption, to be put on a page; in ASCII, so that it is the same in every encoding.

    The best is `<strong>`; the notes are rows of the foot.
    """
    rows = _marked(sheet, escape, lambda cell: f"<strong>{cell}</strong>")
    lines = ['<table class="analogbench">', f"<caption>{escape(sheet.title)}</caption>", "<thead>"]
    heads = "".join(f'<th scope="col">{escape(header)}</th>' for header in sheet.headers)
    lines += [f"<tr>{heads}</tr>", "</thead>", "<tbody>", *(_html_row(row, sheet) for row in rows), "</tbody>"]
    if sheet.notes:
        span = f'<td colspan="{len(sheet.headers)}">'
        lines += ["<tfoot>", *(f"<tr>{span}{escape(note)}</td></tr>" for note in sheet.notes), "</tfoot>"]
    return "\n".join([*lines, "</table>"]).encode("ascii", "xmlcharrefreplace").decode() + "\n"


def _html_row(row: list[str], sheet: Sheet) -> str:
    cells = [
        f'<th scope="row">{cell}</th>' if place < sheet.labels else f'<td style="text-align: {align}">{cell}</td>'
        for place, (cell, align) in enumerate(zip(row, sheet.alignment, strict=True))
    ]
    return f"<tr>{''.join(cells)}</tr>"


def latex(sheet: Sheet) -> str:
    """A booktabs tabular; the best is bold, title and notes are comments above."""
    comments = [sheet.title, *sheet.notes]
    return tabular(sheet.headers, sheet.rows, sheet.alignment, sheet.labels, sheet.best, comments)


def _marked(sheet: Sheet, escaped: Callable[[str], str], emphasised: Callable[[str], str]) -> list[list[str]]:
    return [
        [emphasised(escaped(cell)) if (i, j) in sheet.best and cell else escaped(cell) for j, cell in enumerate(row)]
        for i, row in enumerate(sheet.rows)
    ]


WRITERS: dict[str, Callable[[Sheet], str]] = {"txt": plain, "md": markdown, "html": html, "latex": latex}
