"""What a plugin must be like to be let in. Whatever breaks a rule raises, and the registry quarantines that plugin."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pluggy
from packaging.specifiers import SpecifierSet
from pydantic import ValidationError

from analogbench.api.algorithm import Algorithm, RuleParams
from analogbench.api.device import Device
from analogbench.api.marker import API_VERSION
from analogbench.api.observer import Observer
from analogbench.api.params import Params
from analogbench.api.task import Metric, Task
from analogbench.errors import PluginError
from analogbench.validation import complaints

Kind = Literal["algorithm", "device", "task", "suite", "observer"]
KINDS: tuple[Kind, ...] = ("algorithm", "device", "task", "suite", "observer")

_HOOKS: dict[str, Kind] = {f"analogbench_{kind}s": kind for kind in KINDS}
_BASES: dict[Kind, type] = {"algorithm": Algorithm, "device": Device, "task": Task, "observer": Observer}
_KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Offer:
    """What a plugin brings: a class, or the path of a suite. kind: a `Kind`, or "hook" where it is called without
    being asked for anything."""

    kind: str
    name: str
    value: Any = None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    def unavailable(self) -> str:
        """Why it cannot be used on this machine, in one line; empty if it can."""
        if not isinstance(self.value, type) or not issubclass(self.value, Device | Observer):
            return ""
        reason = self.value.unavailable()
        if not isinstance(reason, str):
            raise PluginError(f"{self}: unavailable() must return a string, not {_called(reason)}")
        return reason


def check_module(plugin: object) -> None:
    """Check that the entry point names a module, written for these interfaces.

    Raises PluginError if not, and packaging's InvalidSpecifier if `ANALOGBENCH_API` is not a version specifier.
    """
    if not isinstance(plugin, ModuleType):
        raise PluginError(f"the entry point must name a module, not {_called(plugin)}")
    wanted = getattr(plugin, "ANALOGBENCH_API", "")
    if not isinstance(wanted, str):
        raise PluginError(f"ANALOGBENCH_API must be a string such as '>=1,<2', not {wanted!r}")
    if API_VERSION not in SpecifierSet(wanted):
        raise PluginError(f"written for version {wanted!r} of analogbench's interfaces, but this is {API_VERSION}")


def offers(manager: pluggy.PluginManager, module: ModuleType) -> list[Offer]:
    """Call the hooks of the registered plugin `module` and check what they return.

    Raises PluginError if something breaks the rules of the interfaces, and whatever a hook raises.
    """
    hooks = manager.get_hookcallers(module) or []
    if not hooks:
        raise PluginError("implements no hook; is @hookimpl missing?")
    found: list[Offer] = []
    for hook in hooks:
        kind = _HOOKS.get(hook.name)
        if kind is None:
            found.append(Offer("hook", hook.name.removeprefix("analogbench_").replace("_", "-")))
            continue
        for implementation in hook.get_hookimpls():
            if implementation.plugin is module:
                found += [Offer(kind, _checked(kind, x), x) for x in _returned(hook.name, implementation.function())]
    return found


def _returned(hook: str, objects: Any) -> Sequence[Any]:
    if not isinstance(objects, Sequence) or isinstance(objects, str):
        raise PluginError(f"{hook} must return a list or tuple, not {_called(objects)}")
    return objects


def _checked(kind: Kind, value: Any) -> str:
    """The name of what a hook returned. Raises PluginError if it breaks a rule."""
    name = _suite_name(value) if kind == "suite" else _class_name(kind, value)
    if not isinstance(name, str) or not _KEBAB_CASE.fullmatch(name):
        raise PluginError(f"{kind} {_called(value)} needs a name in kebab-case, such as 'tiki-taka', not {name!r}")
    return name


def _suite_name(value: Any) -> str:
    if not isinstance(value, Path):
        raise PluginError(f"analogbench_suites must return pathlib.Path objects, not {_called(value)}")
    if not value.is_file():
        raise PluginError(f"the suite {value} does not exist")
    return value.stem


def _class_name(kind: Kind, value: Any) -> Any:
    base = _BASES[kind]
    if not isinstance(value, type) or not issubclass(value, base):
        raise PluginError(f"analogbench_{kind}s must return subclasses of {base.__name__}, not {_called(value)}")
    if inspect.isabstract(value):
        missing = ", ".join(sorted(getattr(value, "__abstractmethods__", ())))
        raise PluginError(f"{kind} {value.__name__} does not define {missing}")
    if issubclass(value, Task) and not isinstance(getattr(value, "metric", None), Metric):
        raise PluginError(f"task {value.__name__} must declare `metric`, a Metric")
    if issubclass(value, Device) and not (value.most_replicas is None or _is_count(value.most_replicas)):
        raise PluginError(f"device {value.__name__}: most_replicas must be a positive integer or None")
    _check_params(kind, value)
    return getattr(value, "name", None)


def _check_params(kind: Kind, value: Any) -> None:
    base = RuleParams if kind == "algorithm" else Params
    model, owner = value.Params, f"{kind} {value.__name__}"
    if not isinstance(model, type) or not issubclass(model, base):
        raise PluginError(f"Params of {owner} must be a subclass of {base.__name__}, not {_called(model)}")
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    if required:
        raise PluginError(f"Params of {owner}: {', '.join(required)} must have a default")
    try:  # pydantic does not check defaults by itself
        values = model.model_validate(model().model_dump()).model_dump(mode="json")
    except ValidationError as error:
        raise PluginError(f"Params of {owner} has a wrong default: {complaints(error)}") from error
    for name, default in values.items():
        if not isinstance(default, bool | int | float | str | None):
            raise PluginError(f"Params of {owner}: {name} must be a number, a text, true, false or none")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value > 0


def _called(value: object) -> str:
    return value.__name__ if isinstance(value, type) else repr(value)
