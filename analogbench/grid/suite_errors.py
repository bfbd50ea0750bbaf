"""What pydantic has to say of a suite's file, in the words of TOML and with the place of each problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from analogbench.errors import UnknownNameError
from analogbench.validation import sentence

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from analogbench.grid.suite_file import SuiteFile
    from analogbench.grid.toml_lines import KeyPath

_WANTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": "a table",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_from_float": "an integer",
    "int_parsing": "an integer",
    "int_type": "an integer",
    "model_type": "a table",
    "string_type": "a quoted text",
    "tuple_type": "an array, in brackets",
}
"""By pydantic's names of its complaints."""

MOST_PROBLEMS = 5
"""So many are told of one file."""


def problems(error: ValidationError, model: type[BaseModel], file: SuiteFile, content: Any) -> str:
    """`line 7, grid 1: unknown key 'device'; ...; line 9, budget: ...`. content: what the file holds."""
    told = _Told(model, file, content)
    found: dict[tuple[KeyPath, str], list[ErrorDetails]] = {}
    for details in error.errors(include_url=False):
        key = str(details["loc"][-1]) if details["type"] in ("missing", "extra_forbidden") else ""
        found.setdefault((_within(content, _path(details)), key), []).append(details)
    paths = [path for path, _ in found]
    rest = [(path, same) for (path, _), same in found.items() if not _follows(same, paths)]
    rest.sort(key=lambda problem: file.line((*problem[0], *_unknown(problem[1][0]))))
    texts = [told.problem(path, same) for path, same in rest[:MOST_PROBLEMS]]
    return "; ".join([*texts, *([f"and {more} more"] if (more := len(rest) - MOST_PROBLEMS) > 0 else [])])


def _follows(same: list[ErrorDetails], paths: Iterable[KeyPath]) -> bool:
    """Whether this says that an array is empty only because what is in it is wrong."""
    where = same[0]["loc"]
    empty = same[0]["type"] == "too_short"
    return empty and any(len(path) > len(where) and path[: len(where)] == where for path in paths)


@dataclass
class _Told:
    """Tells problems of a file. choices: the lists of keys that were told already: of each, once is enough."""

    model: type[BaseModel]
    file: SuiteFile
    content: Any
    choices: set[str] = field(default_factory=set)

    def problem(self, path: KeyPath, same: list[ErrorDetails]) -> str:
        """One problem with its place. same: more than one where each type that would do refused the value."""
        first, *rest = dict.fromkeys(self._message(details, path) for details in same)
        *others, last = [message.partition(" should be ")[2] for message in rest] or [""]
        text = "".join([first, *(f", {other}" for other in others), f" or {last}" if last else ""])
        element: KeyPath = _unknown(same[0])
        if path and isinstance(path[-1], int) and not isinstance(_at(self.content, path), dict):
            path, element = path[:-1], path[-1:]
        return f"{self.file.place(path, element)}: {text}"

    def _message(self, details: ErrorDetails, path: KeyPath) -> str:
        if details["type"] == "extra_forbidden":
            return self._unknown_key(str(details["loc"][-1]), set(_fields(self.model, path)) - {"name"})
        return _message(details)

    def _unknown_key(self, name: str, choices: set[str]) -> str:
        text, listed = str(UnknownNameError("key", name, choices)), f"choose from: {', '.join(sorted(choices))}"
        if listed in self.choices:
            return text.replace(f" ({listed})", "").replace(f"; {listed}", "")
        self.choices.add(listed)
        return text


def _message(details: ErrorDetails) -> str:
    kind, last, given = details["type"], (details["loc"] or ("",))[-1], details["input"]
    if kind == "missing":
        return f"element {last + 1} is missing" if isinstance(last, int) else f"the key {last!r} is missing"
    if kind == "too_short":
        return "must not be empty"
    if kind == "tuple_type" and isinstance(given, dict):
        return f"should be an array of tables: write [[{last}]], not [{last}]"
    if kind in _WANTED:
        return f"{_shown(given)} should be {_WANTED[kind]}"
    message = sentence(details)
    subject, should, rest = message.partition(" should ")
    return f"{_shown(given)}{should}{rest}" if subject in ("Input", "String") else message


def _path(details: ErrorDetails) -> KeyPath:
    """Where the problem is; of a key that is missing or unknown, the table."""
    path: KeyPath = details["loc"]
    if details["type"] in ("missing", "extra_forbidden"):
        return path[:-1]
    return (*path, *getattr(details.get("ctx", {}).get("error"), "path", ()))


def _unknown(details: ErrorDetails) -> KeyPath:
    """The unknown key, which has a line, though it is not named as the place."""
    return details["loc"][-1:] if details["type"] == "extra_forbidden" else ()


def _within(content: Any, path: KeyPath) -> KeyPath:
    """As much of `path` as there is in the file: pydantic adds steps of its own, such as the types of a union."""
    for depth, step in enumerate(path):
        there = step in content if isinstance(content, dict) else isinstance(step, int) and isinstance(content, list)
        if not there:
            return path[:depth]
        content = content[step]
    return path


def _at(content: Any, path: KeyPath) -> Any:
    for step in path:
        content = content[step]
    return content


def _fields(model: type[BaseModel], path: KeyPath) -> Iterable[str]:
    """The keys that the table at `path` may have."""
    for step in path:
        if isinstance(step, str):
            model = _models(model.model_fields[step].annotation)[0]
    return model.model_fields


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models in an annotation such as `tuple[Figure, ...]` or `By | None`."""
    options = get_args(annotation)
    if options:
        return [model for option in options for model in _models(option)]
    return [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []


def _shown(given: Any) -> str:
    """A value, about as it stands in the file."""
    if isinstance(given, dict | list | tuple):
        return "a table" if isinstance(given, dict) else "an array"
    return str(given).lower() if isinstance(given, bool) else repr(given) if isinstance(given, str) else str(given)
