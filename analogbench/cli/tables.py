"""Plain tables on the terminal."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import click
from tabulate import tabulate

from analogbench.registry import Registry

_SENTENCE_END = re.compile(r"(?<=.{20}\.) (?=[A-Z])")
"""A mere abbreviation, such as "TTv1.", says too little to stand alone."""


def print_table(
    headers: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[int | None] | None = None
) -> None:
    """Print a table; the cells appear as they are, or wrapped to `widths`, one for each column."""
    texts = [[str(cell) for cell in row] for row in rows]
    click.echo(tabulate(texts, headers=headers, tablefmt="simple", disable_numparse=True, maxcolwidths=widths))


def print_json(content: Any) -> None:
    """Print JSON for other programs."""
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))


def summary_of(documented: Any) -> str:
    """The first sentence of an object's own docstring, in one line."""
    paragraph = inspect.cleandoc(documented.__doc__ or "").partition("\n\n")[0]
    return _SENTENCE_END.split(" ".join(paragraph.split()), maxsplit=1)[0]


def warn_of_quarantine(registry: Registry) -> None:
    """Say on stderr that plugins are missing from what was printed."""
    absent = [plugin.name for plugin in registry.plugins if plugin.state == "quarantined"]
    if absent:
        click.echo(f"analogbench: quarantined: {', '.join(absent)}; see `analogbench plugins`", err=True)
