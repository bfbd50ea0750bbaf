"""The page that `analogbench report --html` writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.report.page.content import Source, content_of
from analogbench.report.page.write import write_page
from analogbench.run.reruns import reruns

if TYPE_CHECKING:
    from analogbench.records.record import Record
    from analogbench.records.store import Problem
    from analogbench.registry import Registry


def write_html(
    records: Sequence[Record], problems: Sequence[Problem], registry: Registry, results: Path, stale: Collection[str]
) -> Path:
    """Write the page on all records of a folder. stale: identities of those that other code has made. Raises
    UsageError where it cannot."""
    said = [problem_line(problem, results) for problem in problems]
    source = Source(records, title_of(results), reruns(registry), stale, said, tables=True)
    return write_page(content_of(source), results)


def title_of(results: Path) -> str:
    """What the page of a folder is called."""
    name = results.resolve().name
    return "Leaderboards" if name in {"", "results"} else f"Leaderboards of {name}"


def problem_line(problem: Problem, results: Path) -> str:
    """What is wrong with which file, without where the folder lies: that is nobody's business on a published page."""
    path = problem.path.relative_to(results).as_posix()
    return f"{path}: {problem.reason.replace(str(problem.path), path)}"
