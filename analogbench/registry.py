"""Load every installed plugin, first-party and others' alike, and keep a broken one from breaking the rest."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import pluggy

from analogbench import hookspecs
from analogbench.admission import KINDS, Kind, Offer, check_module, offers
from analogbench.api.algorithm import Algorithm
from analogbench.api.device import Device
from analogbench.api.marker import PROJECT
from analogbench.api.observer import Observer
from analogbench.api.task import Task
from analogbench.entries import Source, order, origin, shared_name
from analogbench.errors import PluginError, UnknownNameError, UsageError
from analogbench.uninstalled import PathSource, paths_in_environment, sources_of

DISABLE = "ANALOGBENCH_DISABLE"
"""Environment variable: names of plugins, separated by commas, that are not loaded."""

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Entry(Generic[T_co]):
    """Something that a plugin provides, and where it came from. value: a class, or the path of a suite."""

    name: str
    value: T_co
    plugin: str
    distribution: str
    version: str


@dataclass(frozen=True)
class PluginInfo:
    """What became of one plugin. provides: such as "algorithm tiki-taka". reason: one line, empty for "ok".

    state: an "unavailable" plugin is loaded, but nothing that it provides can be used on this machine.
    """

    name: str
    module: str
    distribution: str
    version: str
    provides: tuple[str, ...] = ()
    state: Literal["ok", "quarantined", "disabled", "unavailable"] = "ok"
    reason: str = ""


@dataclass(frozen=True)
class Registry:
    """What the plugins provide, by name and in the order of names, and what became of each plugin."""

    manager: pluggy.PluginManager
    algorithms: Mapping[str, Entry[type[Algorithm]]]
    devices: Mapping[str, Entry[type[Device]]]
    tasks: Mapping[str, Entry[type[Task]]]
    suites: Mapping[str, Entry[Path]]
    observers: Mapping[str, Entry[type[Observer]]]
    plugins: tuple[PluginInfo, ...]

    def algorithm(self, name: str) -> Entry[type[Algorithm]]:
        """The algorithm called `name`. Raises UnknownNameError."""
        return self.get("algorithm", name)

    def device(self, name: str) -> Entry[type[Device]]:
        """The device called `name`. Raises UnknownNameError."""
        return self.get("device", name)

    def task(self, name: str) -> Entry[type[Task]]:
        """The task called `name`. Raises UnknownNameError."""
        return self.get("task", name)

    def suite(self, name: str) -> Entry[Path]:
        """The suite called `name`. Raises UnknownNameError."""
        return self.get("suite", name)

    def of(self, kind: Kind) -> Mapping[str, Entry[Any]]:
        """Everything of one kind, by name."""
        found: Mapping[str, Entry[Any]] = getattr(self, f"{kind}s")
        return found

    def get(self, kind: Kind, name: str) -> Entry[Any]:
        """What is called `name` among everything of one kind. Raises UnknownNameError."""
        entries = self.of(kind)
        if name not in entries:
            raise UnknownNameError(kind, name, entries, self.absence(name))
        return entries[name]

    def absence(self, name: str) -> str:
        """Why `name` may be missing: the plugin that seems to provide it is not loaded. Empty if nothing is known."""
        missing = [plugin for plugin in self.plugins if plugin.state in ("quarantined", "disabled")]
        for plugin in missing:
            if name in (plugin.name, plugin.module.rpartition(".")[2].replace("_", "-")):
                return f"its plugin {plugin.name} is {plugin.state}: {plugin.reason}"
        names = ", ".join(plugin.name for plugin in missing)
        return f"not loaded: {names}; see `analogbench plugins`" if names else ""


def load(disabled: Iterable[str] | None = None) -> Registry:
    """Load the plugins that entry points name; one that breaks a rule is quarantined alone.

    disabled: names of plugins to leave out; by default those in the environment variable ANALOGBENCH_DISABLE. Those
    that ANALOGBENCH_PLUGINS gives by their paths are loaded, too; raises UsageError if one of these cannot be used.
    """
    names = os.environ.get(DISABLE, "").split(",") if disabled is None else disabled
    loader = _Loader({name.strip() for name in names} - {""})
    # entry_points() counts a distribution once; distributions() sees an egg-info beside it as a second one.
    # The harness's own plugins come first, so that nobody can take a name from them.
    entries = sorted(importlib.metadata.entry_points(group=PROJECT), key=order)
    with contextlib.redirect_stdout(sys.stderr):  # what a plugin prints must not get into what we print for programs
        plugins = tuple(loader.load(entry, entries) for entry in entries)
        given = sources_of(paths_in_environment(), entries)
        plugins += tuple(_accepted(loader.load(source, [*entries, *given]), source) for source in given)
    return loader.registry((*plugins, *loader.not_installed(plugins)))


def _accepted(plugin: PluginInfo, source: PathSource) -> PluginInfo:
    """A plugin that somebody gave by its path, and so wants. Raises UsageError unless it is loaded."""
    if plugin.state == "quarantined":
        raise UsageError(f"plugin {source.path}: {plugin.reason}")
    return plugin


class _Loader:
    """The state of one `load`: what has been let in so far."""

    def __init__(self, disabled: set[str]) -> None:
        self.disabled = disabled
        self.manager = pluggy.PluginManager(PROJECT)
        self.manager.add_hookspecs(hookspecs)
        self.entries: dict[str, dict[str, Entry[Any]]] = defaultdict(dict)

    def load(self, entry: Source, entries: Sequence[Source]) -> PluginInfo:
        """Let one plugin in, or quarantine it."""
        about = (entry.name, entry.value, *origin(entry))
        if entry.name in self.disabled:
            return PluginInfo(*about, state="disabled", reason="left out on request")
        if reason := shared_name(entry, entries):
            return PluginInfo(*about, state="quarantined", reason=_one_line(PluginError(reason)))
        try:
            found = self._admit(entry)
            reasons = [offer.unavailable() for offer in found]
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a plugin may well call sys.exit() when imported
            if self.manager.has_plugin(entry.name):  # register() can fail half way
                self.manager.unregister(name=entry.name)
            return PluginInfo(*about, state="quarantined", reason=_one_line(error))
        for offer in found:
            self.entries[offer.kind][offer.name] = Entry(offer.name, offer.value, entry.name, *origin(entry))
        if reasons and all(reasons):
            return PluginInfo(*about, provides=tuple(map(str, found)), state="unavailable", reason=reasons[0])
        return PluginInfo(*about, provides=tuple(map(str, found)))

    def _admit(self, entry: Source) -> list[Offer]:
        module = entry.load()
        check_module(module)
        self.manager.register(module, name=entry.name)
        self.manager.check_pending()
        found = offers(self.manager, module)
        seen: set[tuple[str, str]] = set()
        for offer in found:
            owner = self.entries[offer.kind].get(offer.name)
            if owner is not None:
                raise PluginError(f"{offer} belongs to plugin {owner.plugin} of {owner.distribution} {owner.version}")
            if (offer.kind, offer.name) in seen:
                raise PluginError(f"provides {offer} twice")
            seen.add((offer.kind, offer.name))
        return found

    def not_installed(self, plugins: Iterable[PluginInfo]) -> list[PluginInfo]:
        """One line for each disabled plugin that does not exist, so that a typing error shows."""
        unknown = sorted(self.disabled - {plugin.name for plugin in plugins})
        return [PluginInfo(name, "", "", "", state="disabled", reason="not installed") for name in unknown]

    def registry(self, plugins: tuple[PluginInfo, ...]) -> Registry:
        """What has been let in."""
        tables: Any = {f"{kind}s": dict(sorted(self.entries[kind].items())) for kind in KINDS}
        return Registry(self.manager, **tables, plugins=plugins)


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
