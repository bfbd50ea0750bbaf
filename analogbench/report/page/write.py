"""The page as a file."""

from __future__ import annotations

from pathlib import Path

from analogbench.errors import UsageError
from analogbench.report.page.content import Content
from analogbench.report.page.document import document

NAME = "index.html"


def write_page(content: Content, results: Path) -> Path:
    """Write `results/index.html`. Raises UsageError where it cannot."""
    path = results / NAME
    try:
        path.write_text(document(content), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"cannot write {error.filename or path}: {error.strerror or error}") from error
    return path
