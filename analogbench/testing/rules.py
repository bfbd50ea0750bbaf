"""What a rule is: a method of a contract suite that says, with numbers, how it was broken and where it is explained."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from analogbench.errors import DataMissingError, UnavailableError

PAGE = "docs/contracts.md"
"""Where every rule is explained, below a heading of its own."""

S = TypeVar("S")
P = ParamSpec("P")


class Broken(AssertionError):  # noqa: N818 - a rule is broken
    """A rule is not kept; the message says which, with the numbers, and where it is explained.

    fault: the error that the plugin raised, and where; empty if it raised none.
    """

    def __init__(self, text: str, fault: str = "") -> None:
        super().__init__(text)
        self.fault = fault


class NotApplicable(Exception):  # noqa: N818 - no error
    """A rule says nothing about this plugin, or cannot be tried here; the message says why."""


@dataclass(frozen=True)
class Rule:
    """section: the anchor of its heading in PAGE. title: the first sentence of its docstring, without the full stop.
    each: the name of the method's argument, if the rule is tried for each of several `cases`."""

    section: str
    title: str
    each: str = ""

    @property
    def page(self) -> str:
        """Where it is explained."""
        return f"{PAGE}#{self.section}"


class Contract:
    """Base of the suites. A subclass whose name begins with Test is collected by pytest.

    kind: what the suite is for. params: parameters of the plugin under which it is tried; defaults for the rest.
    """

    kind: ClassVar[str] = ""
    params: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def rules(cls) -> dict[str, Rule]:
        """The rules of the suite by the names of their methods, in the order in which they are written."""
        found: dict[str, Rule] = {}
        for base in reversed(cls.__mro__):
            found |= {name: rule for name, method in vars(base).items() if (rule := rule_of(method))}
        return found

    @classmethod
    def cases(cls, each: str) -> Sequence[str]:
        """The names of what a rule is tried on. each: see `Rule`."""
        raise NotImplementedError(f"{cls.__name__} has no cases for {each!r}")


def rule(
    section: str, each: str = ""
) -> Callable[[Callable[Concatenate[S, P], None]], Callable[Concatenate[S, P], None]]:
    """Make a method of a contract suite a rule; see `Rule`. Whatever it raises becomes Broken or NotApplicable."""

    def decorate(method: Callable[Concatenate[S, P], None]) -> Callable[Concatenate[S, P], None]:
        first = " ".join((inspect.getdoc(method) or method.__name__).partition("\n\n")[0].split())
        about = Rule(section, first.partition(". ")[0].rstrip("."), each)

        @functools.wraps(method)
        def checked(self: S, /, *args: P.args, **kwargs: P.kwargs) -> None:
            __tracebackhide__ = True  # pytest shows the rule and the plugin, which say something
            try:
                method(self, *args, **kwargs)
            except NotApplicable:
                raise
            except Broken as error:
                raise Broken(f"{about.title}: {error} ({about.page})") from error
            except (UnavailableError, DataMissingError) as error:
                raise NotApplicable(str(error)) from error
            except Exception as error:
                text, where = " ".join(f"{type(error).__name__}: {error}".split()), place(error)
                fault = f"{type(error).__name__}{where}"
                raise Broken(f"{about.title}: raised {text}{where} ({about.page})", fault) from error

        checked.analogbench_rule = about  # type: ignore[attr-defined]
        return checked

    return decorate


def rule_of(method: object) -> Rule | None:
    """What is said of a method of a suite; None if it is no rule."""
    found = getattr(method, "analogbench_rule", None)
    return found if isinstance(found, Rule) else None


def demand(condition: bool, text: str) -> None:
    """Raise Broken with `text` unless the condition holds."""
    if not condition:
        raise Broken(text)


def place(error: BaseException) -> str:
    """Where in the plugin's code an exception came from, such as " at line 35 of mine.py"; empty where it did not."""
    trace, found = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if not name.startswith(("analogbench.", "torch.")):
            found = f" at line {trace.tb_lineno} of {Path(trace.tb_frame.f_code.co_filename).name}"
        trace = trace.tb_next
    return found
