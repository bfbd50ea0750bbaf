"""`analogbench plugins`: which plugins are loaded, and why another is not."""

from __future__ import annotations

import textwrap
from dataclasses import asdict

import click

from analogbench.cli.plugin_option import plugin_option
from analogbench.cli.tables import print_json, print_table
from analogbench.registry import PluginInfo, load

WIDTH = 80
"""Characters of what a plugin provides, on one line."""


@click.command("plugins")
@plugin_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def plugins(as_json: bool) -> None:
    """Say which plugins are loaded, what they provide, and why another is not loaded.

    The environment variable ANALOGBENCH_DISABLE=name,name leaves plugins out.
    """
    found = load().plugins
    if as_json:
        print_json([asdict(plugin) for plugin in found])
    else:
        print_table(("plugin", "from", "state", "provides, or reason"), [_row(plugin) for plugin in found])


def _row(plugin: PluginInfo) -> tuple[str, str, str, str]:
    origin = f"{plugin.distribution} {plugin.version}".strip()
    provides = textwrap.fill(", ".join(plugin.provides), WIDTH, break_on_hyphens=False)
    return plugin.name, origin, plugin.state, plugin.reason or provides
