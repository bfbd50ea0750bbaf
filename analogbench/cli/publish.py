"""`analogbench publish`: a leaderboard as a folder or an archive that anybody can host and check."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analogbench.errors import UsageError

if TYPE_CHECKING:
    from analogbench.publish.gather import Wishes
    from analogbench.publish.index import Index
    from analogbench.registry import Registry


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--results",
    multiple=True,
    type=click.Path(path_type=Path),
    default=(Path("results"),),
    show_default="results",
    help="Folder with the records; may be repeated.",
)
@click.option(
    "--bundle",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write one archive, .tar.gz or .zip, instead of a folder.",
)
@click.option("--allow-stale", is_flag=True, help="Publish stale records, too; they are marked.")
@click.option("--anonymous", is_flag=True, help="Number the machines, and leave folders out of texts.")
@click.pass_context
def publish(  # noqa: PLR0913, PLR0917 - one for each option
    ctx: click.Context,
    folder: Path | None,
    results: tuple[Path, ...],
    bundle: Path | None,
    allow_stale: bool,
    anonymous: bool,
) -> None:
    """Write records, tables, plots, suites' pages and an index of all into DIR.

    DIR must be new, empty, or one that was published before, which is replaced at once. What is published can be
    checked by anybody with `analogbench verify`. No folder of --results is changed.

    The exit code is 1 where something was left out, such as a damaged record.
    """
    from analogbench.cli.tables import warn_of_quarantine
    from analogbench.publish.gather import Wishes
    from analogbench.registry import load

    for source in results:
        if not (source / "records").is_dir():
            raise UsageError(f"there are no records in {source}: give results folders with --results")
    place = bundle or folder
    if place is None or (bundle and folder):
        raise UsageError("give a folder to publish into, or an archive with --bundle, not both")
    registry = load()
    warn_of_quarantine(registry)
    write = _archive if bundle else _folder
    try:
        index, notes = write(place, results, registry, Wishes(allow_stale, anonymous))
    except OSError as error:
        raise UsageError(f"cannot write {place}: {error.strerror or error}") from error
    for one in index.left_out:
        click.echo(f"warning: left out {one.path}: {one.reason}", err=True)
    click.echo(_said(place, index))
    for note in notes:
        click.echo(note)
    ctx.exit(1 if index.left_out else 0)


def _folder(place: Path, results: Sequence[Path], registry: Registry, wishes: Wishes) -> tuple[Index, tuple[str, ...]]:
    from analogbench.publish.folder import staged
    from analogbench.publish.gather import gather

    with staged(place) as folder:
        return gather(results, folder, registry, wishes)


def _archive(place: Path, results: Sequence[Path], registry: Registry, wishes: Wishes) -> tuple[Index, tuple[str, ...]]:
    from analogbench.publish.archive import check_ours, pack
    from analogbench.publish.gather import gather

    check_ours(place)
    with tempfile.TemporaryDirectory(prefix="analogbench-") as temporary:
        gathered = gather(results, Path(temporary), registry, wishes)
        pack(Path(temporary), place)
    return gathered


def _said(place: Path, index: Index) -> str:
    """What was published, in one line."""
    from analogbench.wording import count_of

    stale = sum(one.code == "other" for one in index.records)
    marks = f", {stale} of them stale" if stale else ""
    left = f"; left out: {count_of(len(index.left_out), 'file')}" if index.left_out else ""
    records, files = count_of(len(index.records), "record"), count_of(len(index.files) + 1, "file")
    return f"{place}: {records}{marks}, {files}{left}; check with `analogbench verify {place}`"
