"""The names of a new plugin, which all follow from one."""

from __future__ import annotations

import builtins
import importlib.util
import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analogbench import api
from analogbench.errors import UsageError

if TYPE_CHECKING:
    from analogbench.admission import Kind
    from analogbench.registry import Registry

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 50


@dataclass(frozen=True)
class Names:
    """name: of the algorithm, device or task, and of the plugin. distribution, module, class_name: where it lies."""

    name: str

    @property
    def distribution(self) -> str:
        """What pip calls it."""
        return f"analogbench-{self.name}"

    @property
    def module(self) -> str:
        """What Python imports."""
        return f"analogbench_{self.name.replace('-', '_')}"

    @property
    def class_name(self) -> str:
        """`tiki-taka` → `TikiTaka`."""
        return "".join(word.capitalize() for word in self.name.split("-"))

    @property
    def title(self) -> str:
        """`tiki-taka` → `Tiki-taka`."""
        return self.name.capitalize()


def names_of(name: str, kind: Kind, registry: Registry) -> Names:
    """Check a name that somebody chose. Raises UsageError if it is none, or taken."""
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        rule = f"small letters, digits and single hyphens, a letter first, at most {LONGEST}"
        raise UsageError(f"{name!r} is no name for {kind}s: {rule}, such as my-{kind}")
    names = Names(name)
    if owner := _owner(names, kind, registry):
        raise UsageError(f"the name {name!r} belongs to {owner}; choose another one")
    if keyword.iskeyword(names.class_name) or hasattr(builtins, names.class_name) or names.class_name in api.__all__:
        clash = f"the class would be called {names.class_name}, which means something else"
        raise UsageError(f"{clash}; choose another name")
    return names


def _owner(names: Names, kind: Kind, registry: Registry) -> str:
    """Whose the name is already; empty if it is free."""
    if entry := registry.of(kind).get(names.name):
        return f"the {kind} of plugin {entry.plugin}, {entry.distribution} {entry.version}"
    for plugin in registry.plugins:
        if plugin.name == names.name and plugin.module:
            return f"a plugin of {plugin.distribution} {plugin.version}"
    if importlib.util.find_spec(names.module):
        return f"the module {names.module}, which is installed"
    return ""
