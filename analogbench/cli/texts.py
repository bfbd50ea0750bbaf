"""Plain text on a terminal, wrapped at its width."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Mapping

import click

NARROWEST = 40
"""Characters; a narrower terminal has to wrap by itself."""


def listed(title: str, items: Iterable[str]) -> None:
    """Print a title and a list, if there is one."""
    lines = [wrapped(item, "- ", "  ") for item in items]
    if lines:
        click.echo("\n".join([f"{title}\n", *lines, ""]))


def facts(texts: Mapping[str, str]) -> None:
    """Print a column of keys and one of texts; empty ones are left out."""
    for key, text in texts.items():
        if text:
            click.echo(wrapped(text, f"{key:<11}", " " * 11))
    click.echo()


def paragraphs(texts: Iterable[str]) -> None:
    """Print paragraphs; empty ones are left out."""
    for text in filter(None, texts):
        click.echo(f"{wrapped(text)}\n")


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """`text` at the width of the terminal; names and paths are not cut."""
    width = max(NARROWEST, shutil.get_terminal_size().columns)
    return textwrap.fill(
        " ".join(text.split()),
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
