"""The option that names plugins which are not installed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from analogbench.errors import UsageError

_F = TypeVar("_F", bound=Callable[..., Any])


def plugin_option(command: _F) -> _F:
    """Add `--plugin`, which holds for the command and the processes that it starts; the command does not get it."""
    return click.option(
        "--plugin",
        "plugins",
        multiple=True,
        metavar="PATH",
        expose_value=False,
        is_eager=True,
        callback=_choose,
        help="A plugin that is not installed: a file, or a project's folder; may be repeated.",
    )(command)


def add_plugins(ctx: click.Context, paths: Iterable[Path]) -> None:
    """Have the registry load the plugins at `paths`, until the command ends. Raises UsageError."""
    from analogbench.uninstalled import PLUGINS

    before = os.environ.get(PLUGINS, "")
    added = [os.path.abspath(os.path.expanduser(path)) for path in paths]  # noqa: PTH100, PTH111 - these never raise
    if odd := [path for path in added if os.pathsep in path]:
        raise UsageError(f"the path of a plugin must not contain {os.pathsep!r}: {odd[0]}")
    os.environ[PLUGINS] = os.pathsep.join(dict.fromkeys([*filter(None, before.split(os.pathsep)), *added]))
    ctx.call_on_close(lambda: os.environ.update({PLUGINS: before}))


def _choose(ctx: click.Context, param: click.Parameter, paths: tuple[str, ...]) -> None:
    if paths:
        add_plugins(ctx, map(Path, paths))
