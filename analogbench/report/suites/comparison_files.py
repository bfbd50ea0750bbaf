"""Tables of published against measured numbers as files: LaTeX and HTML to be read, CSV and JSON in all digits."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analogbench.report.sheet import Sheet, html, latex
from analogbench.report.suites.comparison import Row
from analogbench.report.suites.comparison_table import Table


def write_comparison(table: Table, found: Sequence[Row], stem: Path) -> list[Path]:
    """Write `stem`.tex, .html, .csv and .json. found: the rows of the table. Raises OSError where it cannot."""
    shown = sheet(table, found)
    lines = [_line(row) for row in found]
    content = {"title": table.title, "source": table.source, "rows": lines, "notes": table.notes}
    texts = {
        "tex": latex(shown),
        "html": html(shown),
        "csv": _csv(lines),
        "json": json.dumps(content, indent=1, ensure_ascii=False) + "\n",
    }
    paths = [stem.with_name(f"{stem.name}.{suffix}") for suffix in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    return paths


def sheet(table: Table, found: Sequence[Row]) -> Sheet:
    """The table to be written in any format; series and settings are names."""
    labels = 1 + len({key for row in found for key in row.number.where})
    title = f"{table.title}: published ({table.source}) and measured"
    return Sheet(title, table.headers, table.rows, labels, notes=table.notes)


def _line(row: Row) -> dict[str, Any]:
    """In the paper's units; what was not measured is None."""
    measured, joint = row.measured, row.joint
    return {
        "series": row.number.series,
        **row.number.where,
        "metric": row.published.metric,
        "unit": row.published.unit,
        "published_mean": row.number.mean,
        "published_sd": row.number.sd,
        "published_runs": row.published.runs,
        "measured_mean": measured.mean if measured else None,
        "measured_sd": measured.sd if measured else None,
        "measured_n": len(row.values),
        "planned": len(row.cells),
        "trained": row.trained,
        "difference": row.difference,
        "joint_half": joint.half if joint else None,
        "within": row.within,
        "stale": row.stale,
        "values": row.values,
    }


def _csv(lines: Sequence[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(name for line in lines for name in line))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(line | {"values": " ".join(map(repr, line["values"]))} for line in lines)
    return text.getvalue()
