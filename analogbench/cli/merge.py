"""`analogbench merge`: the records of several results folders in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analogbench.cli.run_options import results_option
from analogbench.errors import UsageError

if TYPE_CHECKING:
    from analogbench.records.merge import Step

WORTH_SAYING = ("copied", "replaced", "already there", "conflict", "busy", "damaged")


@click.command()
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@results_option
@click.option("--dry-run", is_flag=True, help="Say what would be copied, and stop.")
@click.pass_context
def merge(ctx: click.Context, folders: tuple[Path, ...], results: Path, dry_run: bool) -> None:
    """Copy the records of each DIR into the folder of --results, unless they are there.

    Of two records of one cell by one code, one that is ok beats one that is not, then the earlier one stays. Where both
    are ok but have other numbers, the one in --results stays, and both are named. What is no record is left out. No DIR
    is changed.

    The exit code is 1 where something was left out or two records contradict each other.
    """
    from analogbench.cli.asking import check_writable
    from analogbench.records.merge import merge as carry_out
    from analogbench.records.merge import rehearse
    from analogbench.records.store import Store

    _check(folders, results)
    if not dry_run:
        check_writable(Store(results))
    numbers: Counter[str] = Counter()
    for step in (rehearse if dry_run else carry_out)(folders, results):
        numbers[step.action] += 1
        if step.why:
            click.echo(f"warning: {_problem(step)}", err=True)
    click.echo(_conclusion(numbers, results, dry_run))
    ctx.exit(1 if any(numbers[action] for action in ("conflict", "busy", "damaged")) else 0)


def _check(folders: Sequence[Path], results: Path) -> None:
    """Whether each can be merged. Raises UsageError."""
    for folder in folders:
        records = folder / "records"
        if not records.is_dir():
            advice = "give results folders, such as `run` makes with --results"
            raise UsageError(f"there are no records in {folder}: {advice}")
        into = results / "records"
        if into.exists() and records.samefile(into):
            raise UsageError(
                f"{folder} is the folder to merge into: give the others, and this one with --results alone"
            )


def _problem(step: Step) -> str:
    """One line."""
    if step.action == "damaged":
        return f"left out, damaged record {step.path}: {step.why}"
    if step.action == "busy":
        return f"left out {step.path}: {step.why}; merge again when it has ended"
    return f"other numbers of the same cell by the same code: {step.path} and {step.present}, which stays; {step.why}"


def _conclusion(numbers: Counter[str], results: Path, dry_run: bool) -> str:
    """`results: 12 records copied, 3 already there`."""
    names = {"conflict": "conflicting", "busy": "left to a run", "damaged": "damaged"}
    first = "to copy" if dry_run else "copied"
    named = {"copied": first, "replaced": "to replace" if dry_run else "replaced"} | names
    parts = [f"{numbers[action]} {named.get(action, action)}" for action in WORTH_SAYING if numbers[action]]
    return f"{results}: {', '.join(parts) or 'nothing to copy'}"
