"""`analogbench check`: whether a plugin keeps the rules."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analogbench.admission import KINDS
from analogbench.cli.plugin_option import add_plugins, plugin_option
from analogbench.errors import UnknownNameError, UsageError
from analogbench.grid.cell import Part
from analogbench.grid.device_file import is_device_file

if TYPE_CHECKING:
    from analogbench.admission import Kind
    from analogbench.grid.selection import Selection
    from analogbench.registry import Registry
    from analogbench.testing.rules import Contract
    from analogbench.testing.runner import Verdict

SHOWN = {"ok": ("ok", "green"), "failed": ("failed", "red"), "not applicable": ("–", "yellow")}


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="NAME|PATH...")
@plugin_option
@click.pass_context
def check(ctx: click.Context, what: tuple[str, ...]) -> None:
    """Try whether algorithms, devices and tasks keep the rules of their contracts.

    NAME is installed, such as tiki-taka or 'softbounds[tau=0.3]', or a device that a file describes, my-array.toml.
    PATH is a file or the folder of a project, installed or not: everything that it provides is tried. The exit code is
    1 if a rule is broken. docs/contracts.md explains every rule.
    """
    from analogbench.registry import load

    paths = [Path(text) for text in what if _is_path(text)]
    add_plugins(ctx, paths)
    registry, broken = load(), 0
    for kind, part in _wanted(registry, what):
        broken += _tried(registry, kind, part)
    ctx.exit(1 if broken else 0)


def _is_path(text: str) -> bool:
    """Whether a file or a folder is meant, be it there or not, and not a name."""
    if "[" in text or any(is_device_file(piece) for piece in text.split(",")):
        return False
    return text.endswith(".py") or os.sep in text or os.path.isdir(text)  # noqa: PTH112 - never raises


def _wanted(registry: Registry, what: tuple[str, ...]) -> Iterator[tuple[Kind, Part]]:
    """Everything to try, with its kind. Raises UsageError."""
    from analogbench.grid.selection import parse
    from analogbench.uninstalled import names_in

    for text in what:
        if _is_path(text):
            plugins = names_in(Path(os.path.expanduser(text)))  # noqa: PTH111 - never raises
            provided = [(kind, e.name) for kind in KINDS[:3] for e in registry.of(kind).values() if e.plugin in plugins]
            if not provided:
                raise UsageError(f"{text} provides no algorithm, device or task")
            yield from ((kind, Part(name=name)) for kind, name in provided)
            continue
        for selection in parse([text]):
            yield from _selected(registry, selection)


def _selected(registry: Registry, selection: Selection) -> Iterator[tuple[Kind, Part]]:
    """What a selection stands for. Raises UsageError."""
    from analogbench.grid.selection import select

    pattern, axes = selection.pattern, ",".join(f"{key}={','.join(values)}" for key, values in selection.axes.items())
    kinds = [kind for kind in KINDS[:3] if any(fnmatchcase(name, pattern) for name in registry.of(kind))]
    if is_device_file(pattern):
        kinds = ["device"]
    if not kinds:
        names = [name for kind in KINDS[:3] for name in registry.of(kind)]
        raise UnknownNameError("algorithm, device or task", pattern, names, registry.absence(pattern))
    for kind in kinds:
        yield from ((kind, part) for part in select(registry, kind, [f"{pattern}[{axes}]" if axes else pattern]))


def _tried(registry: Registry, kind: Kind, part: Part) -> int:
    """Print one line for each rule; how many are broken."""
    from analogbench.cli.texts import wrapped
    from analogbench.grid.parameters import defaults
    from analogbench.testing.runner import verdicts

    entry = registry.get(kind, part.name)
    known = defaults(entry)
    changed = {key: value for key, value in part.params.items() if known.get(key) != value}
    label, given = part.label(known), f" = {Part(name=part.name, params=changed).label()}" if part.alias else ""
    click.echo(
        f"{kind} {click.style(label, bold=True)}{given}, plugin {entry.plugin} of {entry.distribution} {entry.version}"
    )
    found = []
    for verdict in verdicts(_suite(kind, entry.value, changed)):
        found.append(verdict)
        click.echo(_line(verdict))
    counts = {state: sum(verdict.state == state for verdict in found) for state in SHOWN}
    click.echo(wrapped(f"{len(found)} rules: {', '.join(f'{n} {state}' for state, n in counts.items() if n)}") + "\n")
    return counts["failed"]


def _suite(kind: Kind, plugin: type[Any], params: dict[str, Any]) -> type[Contract]:
    from analogbench.testing import AlgorithmContract, DeviceContract, TaskContract

    bases: dict[str, type[Contract]] = {"algorithm": AlgorithmContract, "device": DeviceContract, "task": TaskContract}
    return type("Checked", (bases[kind],), {kind: plugin, "params": params})


def _line(verdict: Verdict) -> str:
    word, colour = SHOWN[verdict.state]
    text = f": {verdict.text}" if verdict.state != "ok" else f" ({verdict.text})" if verdict.text else ""
    return f"  {click.style(f'{word:<6}', fg=colour)} {verdict.rule.section:<23} {verdict.rule.title}{text}"
