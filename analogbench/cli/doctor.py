"""`analogbench doctor`: what is installed, and whether it works together."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from analogbench.cli.tables import print_json, print_table
from analogbench.doctor.checks import TIMEOUT, examine
from analogbench.doctor.findings import Finding

HEADERS = ("component", "state", "found")
WIDTH, NARROWEST = 100, 30
"""Columns of the terminal, and of what was found beside a component with a very long name."""

_COMMAND = re.compile(r"`[^`]*`")


@click.command()
@click.option(
    "--results",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder that a run would write to; it is not made.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="How long each component may take.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(ctx: click.Context, /, results: Path, timeout: float, as_json: bool) -> None:
    """Say what is installed and whether it works together.

    Everything is loaded and used, in processes of its own: torch and its GPUs, AIHWKIT, numba, plugins, data sets.

    The exit code is 1 if something is broken; what is missing is no failure.
    """
    findings = examine(results, timeout)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _print(findings)
    ctx.exit(any(finding.state == "broken" for finding in findings))


def _print(findings: Sequence[Finding]) -> None:
    """A table of at most WIDTH columns, and below it what to do."""
    width = _left(findings)
    rows = [(f.component, f.state, "\n".join(textwrap.wrap(f.found, width))) for f in findings]
    print_table(HEADERS, rows)
    lines = [line for f in findings if f.advice for line in _wrapped(f"{f.component}: {f.advice}")]
    click.echo("\n".join(["", *lines] if lines else []), nl=bool(lines))


def _left(findings: Sequence[Finding]) -> int:
    """The columns that are left for what was found; tabulate makes a column two wider than its header at least."""
    component = max(len(HEADERS[0]) + 2, *(len(finding.component) for finding in findings))
    state = max(len(HEADERS[1]) + 2, *(len(finding.state) for finding in findings))
    return max(NARROWEST, WIDTH - component - state - 2 * (len(HEADERS) - 1))


def _wrapped(text: str) -> Iterator[str]:
    """Lines of at most WIDTH columns; a command between backticks stays in one line, to be copied."""
    glued = _COMMAND.sub(lambda command: command[0].replace(" ", "\0"), text)
    for line in textwrap.wrap(glued, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False):
        yield line.replace("\0", " ")
