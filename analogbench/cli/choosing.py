"""The records that a command reads, and which of them are meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from analogbench.errors import UsageError

if TYPE_CHECKING:
    from analogbench.records.record import Record
    from analogbench.records.store import Problem, Store

_F = TypeVar("_F", bound=Callable[..., Any])


def glob_option(kind: str, only: str = "Only") -> Callable[[_F], _F]:
    """The option, such as `-t` of task, that chooses records. only: how its help begins."""
    text = f"{only} these {kind}s, by name or as tables call them; may be repeated."
    return click.option(f"-{kind[0]}", f"--{kind}", f"{kind}s", multiple=True, metavar="GLOB", help=text)


def read_records(store: Store) -> tuple[list[Record], list[Problem]]:
    """All records there are, and the files that are none; and on the way a warning for each of these."""
    records, problems = store.load_all()
    for problem in problems:
        click.echo(f"warning: damaged record {problem}", err=True)
    return records, problems


def open_results(results: Path) -> tuple[list[Record], list[Problem]]:
    """The same of a results folder. Raises UsageError where it has no record."""
    from analogbench.records.store import Store

    records, problems = read_records(Store(results))
    if not records:
        raise UsageError(f"no records in {results}: run `analogbench run` first, or name another folder with --results")
    return records, problems


def chosen(records: Sequence[Record], globs: Mapping[str, Sequence[str]], budget: str | None) -> list[Record]:
    """Those that fit, of each kind of part, one of the globs, if there are any, and the budget. Raises UsageError."""
    found = [r for r in records if budget in (None, r.cell.budget) and all(_fits(r, k, g) for k, g in globs.items())]
    if not found:
        there = sorted({f"{record.cell.task.name} ({record.cell.budget})" for record in records})
        options = ", ".join(f"-{kind[0]}" for kind in globs)
        raise UsageError(f"no record fits {options} and --budget; there are records of: {', '.join(there)}")
    return found


def _fits(record: Record, kind: str, globs: Sequence[str]) -> bool:
    return not globs or any(fits(getattr(record.cell, kind).name, getattr(record.labels, kind), glob) for glob in globs)


def fits(name: str, label: str, glob: str) -> bool:
    """Whether a part is meant, by its name or its label; a label's brackets need no escape where it is given whole."""
    return glob in (name, label) or fnmatchcase(name, glob) or fnmatchcase(label, glob)
