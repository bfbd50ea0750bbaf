"""Leaderboards as files: Markdown, plain text, CSV, LaTeX, HTML and JSON."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tabulate import tabulate

from analogbench.report.latex import latex
from analogbench.report.leaderboard import ALIGNMENT, board_text, grid
from analogbench.report.markdown_text import markdown_text
from analogbench.report.notes import heading, notes
from analogbench.report.ranking import Board, Row
from analogbench.report.sheet import Sheet, html

LONGEST = 100
"""Bytes of a name in a file name: two of them, a kind and a suffix stay below the 255 that file systems allow."""


def write_tables(boards: Sequence[Board], results: Path) -> list[Path]:
    """Write `tables/<task>-<budget>.{md,txt,csv,tex,html,json}` for each board, and `leaderboard.md` with all."""
    folder = results / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for board, name in zip(boards, stems([(board.task, board.data, board.budget) for board in boards]), strict=True):
        for suffix, text in _texts(board).items():
            path = folder / f"{name}.{suffix}"
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    everything = results / "leaderboard.md"
    everything.write_text("\n".join(["# Leaderboard\n", *map(markdown, boards)]), encoding="utf-8", newline="\n")
    return [*written, everything]


def _texts(board: Board) -> dict[str, str]:
    """The board in each format, by suffix."""
    return {
        "md": markdown(board, "#"),
        "txt": board_text(board) + "\n",
        "csv": as_csv(board),
        "tex": latex(board),
        "html": as_html(board),
        "json": as_json(board),
    }


def stems(keys: Sequence[tuple[str, ...]]) -> list[str]:
    """File names `<task>-<budget>` for (task, data, budget); where a task has several data sets, they join the name."""
    number = Counter((task, budget) for task, _, budget in keys)
    names = [(task, budget) if number[task, budget] == 1 else (task, data, budget) for task, data, budget in keys]
    return [slug("-".join(part for part in name if part)) for name in names]


def slug(name: str) -> str:
    """A name that is safe in a file system and an address: `a[b=1,c=2]` becomes `a-b=1-c=2`; a long one is cut."""
    safe = re.sub(r"-*[^\w.=-]+-*", "-", name).strip("-.")
    if len(safe.encode()) <= LONGEST:
        return safe
    start = safe.encode()[:LONGEST].decode(errors="ignore").rstrip("-.")
    return f"{start}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def markdown(board: Board, level: str = "##") -> str:
    """Heading, table with the best value in bold, notes."""
    table = grid(board)
    rows = [[markdown_text(cell) for cell in row] for row in table.rows]
    if table.best is not None:
        rows[table.best][3] = f"**{rows[table.best][3]}**"
    headers = [markdown_text(header) for header in table.headers]
    text = tabulate(rows, headers, "pipe", disable_numparse=True, colalign=ALIGNMENT)
    lines = [f"{level} {markdown_text(heading(board))}", "", str(text), ""]
    return "\n".join([*lines, *(f"- {markdown_text(note)}" for note in notes(board)), ""])


def as_csv(board: Board) -> str:
    """All digits, in the metric's own units (not multiplied by its scale), one line per row of the board.

    Where any are, the last column says how many of the row's records are stale.
    """
    lines = [_csv_row(board, row) for row in board.rows]
    if any(row.stale for row in board.rows):
        lines = [line | {"stale": row.stale} for line, row in zip(lines, board.rows, strict=True)]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def as_html(board: Board) -> str:
    """A `<table>` to be put on a page, with the best value and the notes."""
    table = grid(board)
    best = frozenset() if table.best is None else frozenset({(table.best, 3)})
    notes_ = tuple(notes(board))
    return html(Sheet(heading(board), table.headers, table.rows, 3, best, frozenset({4}), notes_))


def as_json(board: Board) -> str:
    """All digits, in the metric's own units, with the metric and the notes."""
    rows = [
        _csv_row(board, row)
        | {"seeds": row.seeds, "values": row.values, "stale": row.stale}
        | {"failures": [asdict(failure) for failure in row.failures], "times": dict(row.times)}
        for row in board.rows
    ]
    metric = board.metric.model_dump() if board.metric else None
    return json.dumps({"metric": metric, "rows": rows, "notes": notes(board)}, indent=1, ensure_ascii=False) + "\n"


def _csv_row(board: Board, row: Row) -> dict[str, Any]:
    summary, metric = row.summary, board.metric
    return {
        "task": board.task,
        "data": board.data,
        "budget": board.budget,
        "rank": row.rank,
        "algorithm": row.algorithm,
        "device": row.device,
        "metric": metric.key if metric else None,
        "mean": summary.mean if summary else None,
        "sd": summary.sd if summary else None,
        "low": summary.low if summary else None,
        "high": summary.high if summary else None,
        "gap": row.gap,
        "pulses": row.pulses,
        "seconds": row.seconds,
        "ok": len(row.seeds),
        "failed": len(row.failures),
        "seeds": " ".join(map(str, row.seeds)),
        "values": " ".join(map(repr, row.values)),
        "failure": row.failed,
    }
