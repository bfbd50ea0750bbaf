"""`analogbench list`: what there is to run."""

from __future__ import annotations

from pathlib import Path

import click

from analogbench.admission import KINDS, Kind
from analogbench.cli.plugin_option import plugin_option
from analogbench.cli.tables import print_json, print_table, summary_of, warn_of_quarantine
from analogbench.errors import SelectionError
from analogbench.grid.suite import load_suite
from analogbench.registry import Entry, load

_PLURALS: dict[str, Kind] = {f"{kind}s": kind for kind in KINDS}


@click.command("list")
@click.argument("kind", type=click.Choice(list(_PLURALS)), required=False)
@plugin_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(kind: str | None, as_json: bool) -> None:
    """List algorithms, devices, tasks, suites and observers, or one KIND of them."""
    registry = load()
    chosen = [kind] if kind else list(_PLURALS)
    rows = {plural: [_row(entry) for entry in registry.of(_PLURALS[plural]).values()] for plural in chosen}
    if as_json:
        print_json(rows)
    else:
        _print(rows)
    warn_of_quarantine(registry)


def describe(entry: Entry[object]) -> str:
    """One line on an algorithm, device, task or suite."""
    if not isinstance(entry.value, Path):
        return summary_of(entry.value)
    try:
        return load_suite(entry.value).title
    except SelectionError as error:  # one broken suite must not hide the others
        return f"cannot be read: {error}"


def _row(entry: Entry[object]) -> dict[str, str]:
    origin = {"plugin": entry.plugin, "distribution": entry.distribution, "version": entry.version}
    return {"name": entry.name, **origin, "description": describe(entry)}


def _print(rows: dict[str, list[dict[str, str]]]) -> None:
    for plural, found in rows.items():
        if len(rows) > 1:
            click.echo(f"{plural.capitalize()}\n")
        cells = [(r["name"], r["plugin"], f"{r['distribution']} {r['version']}", r["description"]) for r in found]
        print_table(("name", "plugin", "from", "description"), cells)
        if len(rows) > 1:
            click.echo()
