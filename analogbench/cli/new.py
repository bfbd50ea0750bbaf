"""`analogbench new`: the distribution of a new algorithm, device or task."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import cast

import click

from analogbench.admission import Kind


@click.command()
@click.argument("kind", type=click.Choice(["algorithm", "device", "task"]))
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder in which the distribution's own folder is made.  [default: the current one]",
)
def new(kind: str, name: str, into: Path) -> None:
    """Write a small, complete, tested distribution with an algorithm, a device or a task called NAME.

    It works as it is: an example to change. NAME is in kebab-case, such as my-rule. Nothing is downloaded, and nothing
    is overwritten.
    """
    from analogbench.registry import load
    from analogbench.scaffold.naming import names_of
    from analogbench.scaffold.write import ABOUT, contents, write

    chosen = cast("Kind", kind)
    names = names_of(name, chosen, load())
    folder = write(chosen, names, into)
    where, selection = shlex.quote(str(folder)), ABOUT[kind]["selection"].replace("$name", name)
    click.echo(f"wrote {', '.join(str(folder / path) for path in contents(chosen, names))}\n")
    click.echo(f"  analogbench check {where}")
    click.echo(f"  analogbench run --plugin {where} {selection} --budget smoke")
    click.echo(f"  pip install -e {where}")
