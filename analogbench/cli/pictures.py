"""The one picture that a command draws where `--plot` says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analogbench.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".svg", ".png", ".pdf")


def check(path: Path) -> None:
    """Before any work: whether a picture could be written there. Raises UsageError."""
    if path.suffix not in SUFFIXES:
        raise UsageError(f"--plot {path}: give a name that ends in {', '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise UsageError(f"cannot write {path}: there is no folder {path.parent}")


def save(figure: Figure, path: Path) -> None:
    """Write it and say so. Raises UsageError where that cannot be done."""
    from analogbench.report.plots.style import save_as

    try:
        save_as(figure, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    click.echo(f"wrote {path}")
