"""`analogbench verify`: whether a leaderboard is what it says."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analogbench.cli.data_option import data_dir_option
from analogbench.errors import UsageError
from analogbench.wording import count_of

if TYPE_CHECKING:
    from analogbench.publish.verify.verify import Verified
    from analogbench.registry import Registry

HEADERS = ("check", "good", "not verified", "wrong")
MOST = 20
"""Lines for each kind of trouble; after that only how many more."""


@click.command()
@click.argument("place", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--sample", type=click.IntRange(min=0), metavar="N", default=3, show_default=True, help="Cells to run again."
)
@click.option("--seed", type=int, metavar="S", default=0, show_default=True, help="Decides which cells.")
@click.option(
    "--longest",
    metavar="TIME",
    default="5m",
    show_default=True,
    help="Run no cells again that took longer when they were recorded.",
)
@data_dir_option
@click.pass_context
def verify(ctx: click.Context, place: Path, sample: int, seed: int, longest: str) -> None:
    """Check a published folder or archive, or a results folder, and run some of its cells again.

    Files are compared with the index, records with their checksums and the installed code, tables with the records. A
    cell that is run again must give the same digits; on other machines, on GPUs and with AIHWKIT, a value within the
    interval of its seeds. What cannot be checked here is counted as not verified.

    The exit code is 1 if anything is wrong.
    """
    from analogbench.cli.tables import warn_of_quarantine
    from analogbench.registry import load
    from analogbench.run.duration import parse_positive
    from analogbench.run.stopping import signals_raised

    seconds = parse_positive(longest)
    if not place.exists():
        raise UsageError(f"{place} does not exist: give a folder or an archive of `analogbench publish`, or results")
    with signals_raised(), _folder(place) as folder:
        registry = load()
        warn_of_quarantine(registry)
        found = _verified(folder, registry, sample, seed, seconds)
    _show(found)
    ctx.exit(1 if any(finding.state == "wrong" for finding in found.findings) else 0)


@contextlib.contextmanager
def _folder(place: Path) -> Iterator[Path]:
    from analogbench.publish.unpack import unpacked

    if place.is_dir():
        yield place
    else:
        with unpacked(place) as folder:
            yield folder


def _verified(folder: Path, registry: Registry, number: int, seed: int, longest: float) -> Verified:
    from rich.console import Console

    from analogbench.cli.training import SETTINGS
    from analogbench.publish.verify.verify import Sample, verify
    from analogbench.run.display import make_display

    console = Console(stderr=True)
    return verify(folder, registry, Sample(number, seed, longest, SETTINGS), lambda cells: make_display(cells, console))


def _show(found: Verified) -> None:
    """The table, whatever is worth a line, and the verdict."""
    from analogbench.cli.tables import print_table
    from analogbench.publish.verify.findings import counted, reasons

    if not found.published:
        click.echo("no index: checked as a results folder\n")
    rows = [(c, n["good"] or "–", n["unverified"] or "–", n["wrong"] or "–") for c, n in counted(found.findings)]
    print_table(HEADERS, rows)
    runs = [finding for finding in found.findings if finding.check == "re-runs"]
    _list("run again", [str(run) for run in runs if run.state != "wrong"])
    _list("not verified", reasons((f for f in found.findings if f.check != "re-runs"), "unverified"))
    _list("left out of the sample", [f"{count_of(n, 'record')}: {why}" for why, n in found.obstacles.items()])
    _list("wrong", [str(finding) for finding in found.findings if finding.state == "wrong"])
    click.echo(f"\n{_verdict(found)}")


def _list(title: str, lines: list[str]) -> None:
    if lines:
        click.echo(f"\n{title}:")
    for line in lines[:MOST]:
        click.echo(f"  {line}")
    if len(lines) > MOST:
        click.echo(f"  and {len(lines) - MOST} more")


def _verdict(found: Verified) -> str:
    """The last line."""
    numbers = Counter(finding.state for finding in found.findings)
    runs = Counter(finding.state for finding in found.findings if finding.check == "re-runs")
    again = f"{count_of(runs['good'], 'cell')} run again and agreed"
    if numbers["wrong"]:
        return f"WRONG: {numbers['wrong']} of {sum(numbers.values())} checks failed; {again}"
    rest = f"; {numbers['unverified']} could not be checked here" if numbers["unverified"] else ""
    return f"nothing wrong: {numbers['good']} checks passed{rest}; {again}"
