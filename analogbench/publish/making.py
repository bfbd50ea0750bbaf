"""The one seam between publishing and reporting: everything that is made from the records of a folder.

Whatever `make` writes, verification makes again and compares. What a report gains, such as a page, belongs here.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import analogbench.report.write as report
from analogbench.grid.sources import file_digest, module_digest
from analogbench.publish.index import Maker
from analogbench.records.provenance import versions
from analogbench.records.store import Problem, Store
from analogbench.report.page.content import TITLE, Source, content_of
from analogbench.report.page.write import write_page
from analogbench.run.reruns import reruns

if TYPE_CHECKING:
    from analogbench.registry import Registry

LIBRARIES = ("analogbench", "jinja2", "matplotlib", "numpy", "pandas", "scipy", "tabulate")
"""Packages whose version may change a report."""

TEXTS = {".md", ".txt", ".csv", ".tex", ".json", ".html"}
"""Files that the same code makes byte for byte the same, but for the page's commands, which hang on the plugins that
are there. Plots hang on fonts, too."""


def make(folder: Path, stale: Collection[str], registry: Registry) -> report.Written:
    """Write the report on the records of `folder` into it.

    stale: identities of records that other code has made. registry: for command lines that run cells again. What is
    made must hang on nothing else, the name of the folder included. Raises UsageError where it cannot be written.
    """
    records, problems = Store(folder).load_all()
    prepared = report.prepare(records, stale)
    page = write_html(prepared, problems, registry, folder)
    written = report.write_prepared(prepared, folder)
    return report.Written((*written.paths, page), written.notes)


def write_html(prepared: report.Prepared, problems: Sequence[Problem], registry: Registry, folder: Path) -> Path:
    """Write the page on all records of `folder` into it, with the files among them that are none. Hangs on what `make`
    hangs on, and raises what it raises."""
    damaged = [problem.below(folder) for problem in problems]
    return write_page(content_of(Source(prepared, TITLE, reruns(registry), damaged, tables=True)), folder)


def maker() -> Maker:
    """What `make` is here and now."""
    return Maker(code=_code(), versions={"python": platform.python_version(), **versions(LIBRARIES)})


def _code() -> str:
    """The digest of this module, of all that it imports from analogbench, and of the report's templates and such."""
    folder = Path(report.__file__).parent
    assets = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"})
    lines = [f"{path.relative_to(folder).as_posix()} {file_digest(path)}" for path in assets]
    return hashlib.sha256("\n".join([module_digest(__name__, Path(__file__)), *lines]).encode()).hexdigest()
