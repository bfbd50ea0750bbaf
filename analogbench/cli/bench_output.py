"""What `analogbench bench` prints and writes."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analogbench.bench.document import document
from analogbench.bench.page import page
from analogbench.bench.rows import Row
from analogbench.bench.scaling import Scaling
from analogbench.bench.sweep import Settings
from analogbench.bench.tables import Names, scaling_table, tables
from analogbench.errors import UsageError
from analogbench.wording import count_of


@dataclass(frozen=True)
class Findings:
    """All that was measured so far, and where. date: when it began."""

    rows: list[Row]
    scalings: list[Scaling]
    settings: Settings
    names: Names
    facts: Mapping[str, Any]
    date: str


def show(findings: Findings) -> str:
    """The tables, for the terminal."""
    found = [*tables(findings.rows, findings.names), scaling_table(findings.scalings)]
    return "\n\n".join(f"{table.title}\n\n{table.text()}" for table in found if table) + "\n"


def check_writable(folder: Path) -> None:
    """Before any work. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        problem = f"cannot write into {folder}: {error.strerror or error}"
        raise UsageError(f"{problem}; choose another folder with --out") from error


def write(findings: Findings, folder: Path) -> str:
    """Write the document, the plots and the page; returns where they are, readable."""
    content = document(findings.rows, findings.scalings, findings.facts, findings.date)
    _write(folder / "speed.json", json.dumps(content, indent=2, ensure_ascii=False))
    plots = _plots(findings, folder)
    text = page(
        tables(findings.rows, findings.names),
        scaling_table(findings.scalings),
        findings.rows,
        findings.settings,
        findings.names,
        findings.facts,
        findings.date,
        plots,
    )
    _write(folder / "speed.md", text)
    return f"wrote {folder / 'speed.json'}, {folder / 'speed.md'} and {count_of(len(plots), 'plot')}"


def _write(path: Path, text: str) -> None:
    path.write_text(f"{text.rstrip()}\n", encoding="utf-8", newline="\n")


def _plots(findings: Findings, folder: Path) -> dict[str, str]:
    """Write a plot for each task; their captions by the names of the PNG files."""
    from analogbench.cli.bench_panels import panels_of
    from analogbench.report.plots.speed import speed_figure
    from analogbench.report.plots.style import save
    from analogbench.report.tables import slug

    by_task: dict[str, list[Row]] = defaultdict(list)
    for row in findings.rows:
        by_task[row.case.task].append(row)
    captions = {}
    for task, rows in by_task.items():
        figure = speed_figure(panels_of(rows, findings.names), f"Speed of training · {task}")
        if figure is not None:
            _, png = save(figure, folder / slug(f"speed-{task}"))
            captions[png.name] = f"Replica-steps per second against replicas, {task}"
    return captions
