"""What tells the cells of a table apart: names with their settings, single parameters, data and budget."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from analogbench.errors import UnknownNameError, UsageError
from analogbench.report.varying import PARTS, symbol

if TYPE_CHECKING:
    from analogbench.grid.cell import Value
    from analogbench.report.frame import Kept

GROUP = ("task", "data", "budget")
"""Numbers of different ones are never put together, nor is the best of them sought."""

PLAIN = ("algorithm", "device", *GROUP)
NONE = "–"
"""Stands for a parameter that a part does not have."""


@dataclass(frozen=True)
class Place:
    """How a cell is called under each key.

    single: parameters that are keys of their own, and so no part of a name. bare: the kinds of part that are called by
    name alone, whatever their settings.
    """

    kept: Kept
    single: Collection[str]
    bare: Collection[str] = ()

    def text(self, key: str) -> str:
        """As a table has it."""
        return self.texts[key] if key in self.texts else self._parameter(key)

    @cached_property
    def texts(self) -> dict[str, str]:
        """Of all keys that are no parameters."""
        from analogbench.report.machines import machine_of

        record = self.kept.record
        names = {kind: self._name(kind) for kind in PARTS}
        return names | {"data": self.kept.data, "budget": record.cell.budget, "machine": machine_of(record)}

    @cached_property
    def setting(self) -> str:
        """What the bare names leave out: `tiki-taka[fast_lr=0.01]`."""
        labels = [getattr(self.kept.record.labels, kind) for kind in PARTS if kind in self.bare]
        return " × ".join(label.partition("[")[2].removesuffix("]") for label in labels if "[" in label)

    def _name(self, kind: str) -> str:
        if kind in self.bare:
            name: str = getattr(self.kept.record.cell, kind).name
            return name
        own = [key.partition(".")[2] for key in self.single if key.startswith(f"{kind}.")]
        return without(getattr(self.kept.record.labels, kind), own)

    def _parameter(self, key: str) -> str:
        kind, _, name = key.partition(".")
        params = getattr(self.kept.record.cell, kind).params
        return exact(params[name]) if name in params else NONE


def exact(value: Value) -> str:
    """`0.6`, `2`, `none`, with all digits: what differs at all is another experiment, and never falls together."""
    return "none" if value is None else str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def without(label: str, names: Iterable[str]) -> str:
    """`a[b=1,c=2]` without `b` is `a[c=2]`."""
    for name in names:
        label = re.sub(rf"(?<=[\[,]){re.escape(name)}=[^,\]]*(,|(?=\]))", "", label)
    return label.replace(",]", "]").removesuffix("[]")


def parse(text: str) -> tuple[str, ...]:
    """`algorithm,device.tau`. Raises UsageError where a key is empty or comes twice."""
    keys = tuple(key.strip() for key in text.split(",")) if text.strip() else ()
    if "" in keys or len(set(keys)) < len(keys):
        raise UsageError(f"--rows and --columns take different keys between commas, not {text!r}")
    return keys


def check(keys: Sequence[str], everything: Iterable[Kept]) -> None:
    """Raise UnknownNameError unless each key is known, or a parameter that some record has."""
    known = {f"{kind}.{name}" for one in everything for kind in PARTS for name in getattr(one.record.cell, kind).params}
    for key in keys:
        if key not in PLAIN and key not in known:
            raise UnknownNameError("row or column", key, [*PLAIN, *known] if "." in key else PLAIN)


def header(key: str) -> str:
    """`algorithm`, `τ`."""
    return symbol(key) or key
