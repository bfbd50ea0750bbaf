"""How `analogbench status` says it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from analogbench.cli.status_summary import Summary
from analogbench.cli.tables import print_table
from analogbench.records.record import Record
from analogbench.run.status import STATES, Standing, State
from analogbench.run.wording import failures
from analogbench.wording import count_of

HEADERS = ("algorithm", "device", "task", "budget", "cells")
WIDTHS = (28, 40, 36, *[None] * (2 + len(STATES)))

NONE = "–"

MOST = 5
"""So many commands are shown."""


def show(found: Summary) -> None:
    """Print the table and what belongs below it."""
    if found.rows:
        shown = [state for state in STATES if any(one.state == state for one in found.standings)]
        print_table((*HEADERS, *shown), [_row(labels, part, shown) for labels, part in found.rows.items()], WIDTHS)
        click.echo()
    for line in _lines(found):
        click.echo(line)


def _row(labels: Sequence[str], part: Sequence[Standing], shown: Sequence[State]) -> list[str]:
    numbers = Counter(one.state for one in part)
    return [*labels, str(len(part)), *(str(numbers[state] or NONE) for state in shown)]


def _lines(found: Summary) -> Iterator[str]:
    yield f"{count_of(len(found.standings), 'cell')}: {_counts(found.standings)}"
    for line in failures(_failed(found)):
        yield f"  {line}"
    for owner, number in found.owners.items():
        yield f"{count_of(number, 'cell')} running: {owner}"
    for number, what in ((found.others, "running"), (found.begun, "interrupted")):
        if number:
            more = count_of(number, "more cell")
            yield f"{more} {what}, of which nothing is recorded yet: only a selection shows which"
    if found.unrunnable:
        yield f"{count_of(found.unrunnable, 'cell')} left cannot be run again: the installed plugins do not take them"
    yield from _next(found)


def _counts(every: Sequence[Standing]) -> str:
    numbers = Counter(one.state for one in every)
    return ", ".join(f"{numbers[state]} {state}" for state in STATES if numbers[state]) or "nothing recorded"


def _failed(found: Summary) -> Iterator[Record]:
    return (one.record for one in found.standings if one.state == "failed" and one.record is not None)


def _next(found: Summary) -> Iterator[str]:
    if found.again:
        yield from _listed("next:", found.again)
    if found.retry:
        yield from _listed("to run again what failed:", found.retry)
    for file in found.files:
        yield f"{file} is a guess: records hold what a device file says, not where it is"
    if not found.again and not found.retry and not found.owners:
        yield f"next: {report(found)}"


def _listed(title: str, commands: Sequence[str]) -> Iterable[str]:
    if len(commands) == 1:
        return [f"{title} {commands[0]}"]
    more = len(commands) - MOST
    lines = [title, *(f"  {command}" for command in commands[:MOST])]
    return [*lines, f"  and {more} more: see --json"] if more > 0 else lines


def report(found: Summary) -> str:
    """The command for when nothing is left."""
    return shlex.join(["analogbench", "report", "--results", str(found.results)])


def as_data(found: Summary) -> dict[str, Any]:
    """The same for other programs."""
    failed = Counter((record.status, record.reason) for record in _failed(found))
    return {
        "results": str(found.results),
        "cells": len(found.standings),
        "counts": _numbers(found.standings),
        "rows": [
            dict(zip(HEADERS, (*labels, len(part)), strict=True)) | {"counts": _numbers(part)}
            for labels, part in found.rows.items()
        ],
        "failures": [{"status": s, "reason": r, "cells": number} for (s, r), number in failed.most_common()],
        "owners": [asdict(owner) | {"cells": number} for owner, number in found.owners.items()],
        "unrecorded": {"running": found.others, "interrupted": found.begun},
        "unrunnable": found.unrunnable,
        "next": found.again,
        "retry": found.retry,
    }


def _numbers(part: Sequence[Standing]) -> dict[str, int]:
    numbers = Counter(one.state for one in part)
    return {state: numbers[state] for state in STATES}
