"""The one seam between publishing and reporting: everything that is made from the records of a folder.

Whatever `make` writes, verification makes again and compares. What a report gains, such as a page, belongs here.
"""

from __future__ import annotations

import platform
from collections.abc import Collection
from pathlib import Path

import analogbench.report.write as report
from analogbench.grid.sources import module_digest
from analogbench.publish.index import Maker
from analogbench.records.provenance import versions

LIBRARIES = ("analogbench", "matplotlib", "numpy", "pandas", "scipy", "tabulate")
"""Packages whose version may change a report."""

TEXTS = {".md", ".txt", ".csv", ".tex", ".html"}
"""Files that the same code makes byte for byte the same. Plots hang on fonts, too."""


def make(folder: Path, stale: Collection[str]) -> tuple[str, ...]:
    """Write the report on the records of `folder` into it; returns the files, relative to it.

    stale: identities of records that other code has made. Raises UsageError where that cannot be written.
    """
    written = report.write_report(folder, stale).paths
    return tuple(path.relative_to(folder).as_posix() for path in written)


def maker() -> Maker:
    """What `make` is here and now."""
    code = module_digest(report.__name__, Path(report.__file__))
    return Maker(code=code, versions={"python": platform.python_version(), **versions(LIBRARIES)})
