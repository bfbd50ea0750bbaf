"""`analogbench show`: all there is to know of one algorithm, device, task, suite or observer."""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from analogbench.admission import KINDS, Kind
from analogbench.api.task import BUDGETS
from analogbench.cli import fields
from analogbench.cli.device_plot import plot_device
from analogbench.cli.plugin_option import plugin_option
from analogbench.cli.suite_show import show_suite
from analogbench.cli.tables import print_table
from analogbench.cli.texts import facts, wrapped
from analogbench.errors import PluginError, UnknownNameError, UsageError
from analogbench.grid.cell import Value
from analogbench.grid.device_file import is_device_file, read_device
from analogbench.grid.plan import fits, why_unfit
from analogbench.grid.suite import load_suite
from analogbench.registry import Entry, Registry, load
from analogbench.run.again import uninstalled


@click.command("show")
@click.argument("name")
@plugin_option
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Of a device, which may have parameters, as in 'softbounds[tau=0.8]': measure its response curves and what "
    "pulses do to its weights, and draw them into this .svg, .png or .pdf.",
)
@click.option("--pulses", type=click.IntRange(1), help="With --plot: how many go up and then down.")
def show(name: str, plot: Path | None, pulses: int | None) -> None:
    """Explain the algorithm, device, task, suite or observer called NAME, or the device that a file describes."""
    registry = load()
    if plot is not None:
        plot_device(registry, name, plot, pulses)
        return
    if pulses is not None:
        raise UsageError("--pulses goes with --plot")
    if is_device_file(name):
        _show_file(name, registry)
        return
    found = [(kind, registry.of(kind)[name]) for kind in KINDS if name in registry.of(kind)]
    if not found:
        names = [known for kind in KINDS for known in registry.of(kind)]
        raise UnknownNameError("algorithm, device, task, suite or observer", name, names, registry.absence(name))
    for kind, entry in found:
        click.echo(
            f"{kind} {click.style(name, bold=True)}, plugin {entry.plugin} of {entry.distribution} {entry.version}\n"
        )
        if kind == "suite":
            show_suite(load_suite(entry.value), name, registry)
        else:
            _show_class(kind, entry, registry, name)


def _show_file(path: str, registry: Registry) -> None:
    """A device file: whose parameters it sets, and to what."""
    part = read_device(registry, path)
    entry = registry.device(part.name)
    click.echo(f"device {click.style(part.alias, bold=True)}, {path}, a {part.name} of plugin {entry.plugin}\n")
    _show_class("device", entry, registry, path, part.params)


def _show_class(
    kind: Kind, entry: Entry[Any], registry: Registry, what: str, params: Mapping[str, Value] | None = None
) -> None:
    """what: its name, or its file. params: the values to show instead of the defaults."""
    if entry.value.__doc__:
        click.echo(f"{inspect.cleandoc(entry.value.__doc__)}\n")
    facts(
        {
            "check": shlex.join(["analogbench", "check", what, *uninstalled()]),
            "formula": getattr(entry.value, "formula", ""),
            "source": entry.value.source,
            **_relations(kind, entry, registry),
        }
    )
    if kind == "task":
        _show_protocols(entry)
    rows = fields.rows(entry, params)
    if rows:
        headers = fields.HEADERS if params is None else (fields.HEADERS[0], "value", *fields.HEADERS[2:])
        print_table(headers, rows, fields.WIDTHS)
        click.echo(f"\n{wrapped(fields.NOTE)}")
    else:
        click.echo("no parameters")


def _relations(kind: Kind, entry: Entry[Any], registry: Registry) -> dict[str, str]:
    """What a part goes together with, or is judged by."""
    if kind == "algorithm":
        fitting = {device: why_unfit(registry, entry.name, device) for device in registry.devices}
        broken = next((why for why in fitting.values() if why), "")
        return {"fits": ", ".join(d for d, why in fitting.items() if why is None) or "no device", "problem": broken}
    if kind == "device":
        return {
            "tile": "analog" if entry.value.analog else "digital",
            "bounds": _bounds(entry),
            "grid": _grid(entry),
            "random": "" if entry.value.reproducible else "the same seed gives the same numbers in distribution only",
            "problem": entry.value.unavailable(),
            "fits": ", ".join(a for a in registry.algorithms if fits(registry, a, entry.name)) or "no algorithm",
        }
    if kind == "observer":
        return {"problem": entry.value.unavailable(), "use": f"analogbench run … --observe {entry.name}"}
    metric = entry.value.metric
    unit = f", {metric.unit}" if metric.unit else ""
    return {
        "metric": f"{metric.title} ({metric.key}{unit}), {'higher' if metric.higher_is_better else 'lower'} is better",
        "grid": _grid(entry),
    }


def _bounds(entry: Entry[Any]) -> str:
    """Of a nominal crosspoint, where the device declares them."""
    try:
        declared = entry.value(entry.value.Params()).bounds()
    except Exception as error:
        raise PluginError(f"device {entry.name} of plugin {entry.plugin}: bounds() raised {error!r}") from error
    return "" if declared is None else f"{declared[0]:g} to {declared[1]:g}, of a nominal crosspoint"


def _grid(entry: Entry[Any]) -> str:
    return "" if entry.value.in_default_grid else "runs only where it is named, or matches a glob"


def _show_protocols(entry: Entry[Any]) -> None:
    """A table of the protocols of all budgets. Raises PluginError if the task cannot say them."""
    try:
        task = entry.value(entry.value.Params())
        protocols = {budget: asdict(task.protocol(budget)) for budget in BUDGETS}
    except Exception as error:
        raise PluginError(f"task {entry.name} of plugin {entry.plugin}: protocol() raised {error!r}") from error
    print_table(("budget", *protocols[BUDGETS[0]]), [(budget, *p.values()) for budget, p in protocols.items()])
    click.echo()
