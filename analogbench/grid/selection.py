"""Selections: `name[key=value,...]`, as given on the command line and in suites, and the parts of cells they stand for.

tiki-taka                            one part, with the defaults of all parameters
softbounds[tau=0.7,0.8,dw_min=0.001] a list makes an axis: two parts
tiki-taka[fast_lr=0.01,0.1,lr=1,2]   two axes: four parts
'aihwkit-*', '*[lr=0.1]'             every name that matches and has the parameter
sgd,analog-sgd                       several selections
my-array.toml[mode=expected]         a device that a file describes, with a parameter changed
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from analogbench.admission import KINDS, Kind
from analogbench.errors import SelectionError, UnknownNameError
from analogbench.grid.cell import Part
from analogbench.grid.device_file import SUFFIX, is_device_file, read_device
from analogbench.grid.parameters import complete, defaults, read_value

if TYPE_CHECKING:
    from analogbench.api.params import Params
    from analogbench.grid.cell import Value
    from analogbench.registry import Registry

_SELECTION = re.compile(r"([^\s=\[\],]+)\s*(?:\[([^\[\]]*)\])?")

_PLAIN = "the path of a device file must be without spaces, commas, brackets and equals signs"


@dataclass(frozen=True)
class Selection:
    """One selection as it was written. pattern: a name, or a glob. axes: the texts given for each parameter."""

    pattern: str
    axes: dict[str, tuple[str, ...]]


def select(registry: Registry, kind: Kind, texts: Sequence[str]) -> list[Part]:
    """The parts that `texts` stand for, each once, in the order given; no texts stand for the default grid's.

    Globs, and no texts, leave out what cannot be used on this machine; a name does not, and then its cells say why.
    Raises SelectionError, UnknownNameError or ParameterError.
    """
    found: list[Part] = []
    files: dict[str, Part] = {}
    for selection in parse(texts) if texts else _default(registry, kind):
        if kind == "device" and is_device_file(selection.pattern):
            part = read_device(registry, selection.pattern)
            if files.setdefault(part.alias, part) != part:  # tables and rankings know devices by their names
                raise SelectionError(f"two device files describe a device called {part.alias!r}; give one another name")
            found += _described(registry, part, selection)
            continue
        for name in _names(registry, kind, selection):
            model = registry.get(kind, name).value.Params
            found += _parts(name, model, selection.axes)
    return [part for i, part in enumerate(found) if part not in found[:i]]


def unusable(registry: Registry, kind: Kind, name: str) -> str:
    """Why what is called `name` cannot be used on this machine, in one line; empty if it can."""
    reason = getattr(registry.get(kind, name).value, "unavailable", None)
    return str(reason()) if reason else ""


def left_out(registry: Registry, kind: Kind, texts: Sequence[str]) -> dict[str, list[str]]:
    """The names that `select` leaves out because they cannot be used on this machine, by the reason."""
    patterns = [s.pattern for s in parse(texts) if _is_glob(s.pattern) and not is_device_file(s.pattern)]
    meant = [name for name in registry.of(kind) if any(fnmatchcase(name, pattern) for pattern in patterns)]
    reasons: dict[str, list[str]] = {}
    for name in meant if texts else _in_default_grid(registry, kind):
        if why := unusable(registry, kind, name):
            reasons.setdefault(why, []).append(name)
    return reasons


def parse(texts: Iterable[str]) -> list[Selection]:
    """Read selections. Raises SelectionError."""
    texts = list(texts)
    for text in texts:
        if "," in text and is_device_file(text) and os.path.isfile(text):  # noqa: PTH113 - never raises
            raise SelectionError(f"cannot read {text!r}: {_PLAIN}")
    return [_parsed(piece) for text in texts for piece in _pieces(text)]


def label_of(part: Part, registry: Registry, kind: Kind | None = None) -> str:
    """The name of `part` with the parameters that differ from their defaults; with all of them if its plugin is gone.

    kind: needed only to tell an algorithm from a device or task of the same name and with the same parameters.
    """
    for known in (kind,) if kind else KINDS[:3]:
        entry = registry.of(known).get(part.name)
        if entry and entry.value.Params.model_fields.keys() == part.params.keys():
            return part.label(defaults(entry))
    return part.label()


def _pieces(text: str) -> list[str]:
    """`text` cut at the commas outside brackets."""
    pieces, depth = [""], 0
    for sign in text:
        depth += {"[": 1, "]": -1}.get(sign, 0)
        if depth not in (0, 1):
            raise SelectionError(f"cannot read {text!r}: the brackets do not match")
        if sign == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += sign
    if depth:
        raise SelectionError(f"cannot read {text!r}: a closing bracket is missing")
    return [piece.strip() for piece in pieces]


def _parsed(piece: str) -> Selection:
    match = _SELECTION.fullmatch(piece)
    if not match:
        path, is_file, _ = piece.partition(SUFFIX)
        wanted = _PLAIN if is_file and re.search(r"[\s=\[\]]", path) else "write name[key=value,...]"
        raise SelectionError(f"cannot read {piece!r}: {wanted}")
    axes: dict[str, tuple[str, ...]] = {}
    key = ""
    for item in (match[2] or "").split(",") if (match[2] or "").strip() else []:
        before, equals, after = item.partition("=")
        value = after if equals else before
        if equals:
            key = before.strip()
            if key in axes:
                raise SelectionError(f"cannot read {piece!r}: {key!r} is given twice; write {key}=value,value")
        if not key or not value.strip():
            raise SelectionError(f"cannot read {piece!r}: write key=value or key=value,value, not {item.strip()!r}")
        axes[key] = (*axes.get(key, ()), value.strip())
    return Selection(match[1], axes)


def _names(registry: Registry, kind: Kind, selection: Selection) -> list[str]:
    """What has the name; or all that match the glob and have the parameters."""
    pattern = selection.pattern
    if not _is_glob(pattern):
        return [registry.get(kind, pattern).name]
    matching = {n: e.value.Params.model_fields for n, e in registry.of(kind).items() if fnmatchcase(n, pattern)}
    if not matching:
        raise UnknownNameError(kind, pattern, registry.of(kind), registry.absence(pattern))
    names = [name for name, fields in matching.items() if selection.axes.keys() <= fields.keys()]
    if not names:
        known = {field for fields in matching.values() for field in fields}
        unknown = next((key for key in selection.axes if key not in known), None)
        if unknown is None:
            raise SelectionError(f"no {kind} that matches {pattern!r} has all of {', '.join(selection.axes)}")
        raise UnknownNameError(f"parameter of {pattern}", unknown, known)
    return [name for name in names if not unusable(registry, kind, name)]


def _is_glob(pattern: str) -> bool:
    return any(sign in pattern for sign in "*?")


def _in_default_grid(registry: Registry, kind: Kind) -> list[str]:
    return [name for name, entry in registry.of(kind).items() if getattr(entry.value, "in_default_grid", True)]


def _default(registry: Registry, kind: Kind) -> list[Selection]:
    """What no texts at all stand for; a glob, which is refused, if there is nothing of the kind."""
    names = [name for name in _in_default_grid(registry, kind) if not unusable(registry, kind, name)]
    return [Selection(name, {}) for name in (names if registry.of(kind) else ["*"])]


def _parts(name: str, model: type[Params], axes: dict[str, tuple[str, ...]]) -> list[Part]:
    return [Part(name=name, params=complete(name, model, point)) for point in _points(name, model, axes)]


def _described(registry: Registry, part: Part, selection: Selection) -> list[Part]:
    """The device of a file, `part`, with the parameters that the selection changes in its alias."""
    model = registry.device(part.name).value.Params
    found = []
    for point in _points(part.alias, model, selection.axes):
        params = complete(part.alias, model, {**part.params, **point})
        changed = Part(name=part.alias, params={key: params[key] for key in point}).label(part.params)
        found.append(part.model_copy(update={"params": params, "alias": changed}))
    return found


def _points(owner: str, model: type[Params], axes: dict[str, tuple[str, ...]]) -> list[dict[str, Value]]:
    """Every combination of the given values."""
    fields = model.model_fields
    for key in axes:
        if key not in fields:
            raise UnknownNameError(f"parameter of {owner}", key, fields)
    values = [[(key, read_value(text, fields[key].annotation)) for text in texts] for key, texts in axes.items()]
    return [dict(point) for point in itertools.product(*values)]
