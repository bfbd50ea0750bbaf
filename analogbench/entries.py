"""What plugins are loaded from, whose they are, and who may have a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from analogbench.api.marker import PROJECT


class Source(Protocol):
    """What the registry loads a plugin from; `importlib.metadata.EntryPoint` is one."""

    @property
    def name(self) -> str:
        """The plugin's."""

    @property
    def value(self) -> str:
        """The module, or the path of the file."""

    @property
    def dist(self) -> Any:
        """The distribution, by whose metadata it is known."""

    def load(self) -> Any:
        """Import the module."""


def origin(entry: Source) -> tuple[str, str]:
    """The name and version of the distribution that declares `entry`; "?" where its metadata are damaged."""
    try:
        found = entry.dist.metadata if entry.dist else None  # has no `get` before Python 3.12, warns of a missing key
    except FileNotFoundError:  # the backport importlib_metadata says so; where Dask imports it, it takes over
        found = None
    if found is None:
        return "?", "?"
    name, version = (found[key] if key in found else "?" for key in ("Name", "Version"))  # noqa: SIM401
    return name, version


def order(entry: Source) -> tuple[bool, str, str]:
    """The harness's own plugins first, so that nobody can take a name from them."""
    distribution, _ = origin(entry)
    return distribution != PROJECT, distribution, entry.name


def shared_name(entry: Source, entries: Sequence[Source]) -> str:
    """Why `entry` may not have its name, empty if it may: the harness keeps its names, others must not share one."""
    sharing = [e for e in entries if e.name == entry.name]
    own = [e for e in sharing if origin(e)[0] == PROJECT]
    if len(sharing) == 1 or (len(own) == 1 and origin(entry)[0] == PROJECT):
        return ""
    if own:
        return f"the name {entry.name!r} belongs to {own[0].value} of {' '.join(origin(own[0]))}; choose another one"
    owners = ", ".join(f"{e.value} ({origin(e)[0]})" for e in sharing)
    return f"{len(sharing)} plugins are named {entry.name!r}: {owners}; uninstall all but one"
