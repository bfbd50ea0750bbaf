"""The two that are compared: `tiki-taka`, `tiki-taka[lr=0.1]`, `sgd@digital`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from analogbench.errors import UnknownNameError, UsageError
from analogbench.records.record import Labels
from analogbench.report.natural import natural

_DEVICE = re.compile(r"\s*[@×]\s*")


@dataclass(frozen=True)
class Side:
    """An algorithm by its label and, where one was named, the device that it stays on whatever the other's is."""

    algorithm: str
    device: str | None = None

    def __str__(self) -> str:
        """As on the leaderboard."""
        return f"{self.algorithm} × {self.device}" if self.device else self.algorithm


def side(text: str, labels: Collection[Labels]) -> Side:
    """What `algorithm` or `algorithm@device` means among the rows that `labels` stand for.

    A label may have its parameters in any order and its numbers in any form. A mere name will do where only one label
    has it. Raises UsageError: UnknownNameError with a suggestion where nothing has that name.
    """
    algorithm, *rest = _DEVICE.split(text.strip(), maxsplit=1)
    label = _label("algorithm", algorithm, {one.algorithm for one in labels})
    if not rest:
        return Side(label)
    return Side(label, _label("device", rest[0], {one.device for one in labels if one.algorithm == label}))


def _label(kind: str, text: str, labels: Collection[str]) -> str:
    if text in labels:
        return text
    ordered = sorted(labels, key=natural)
    found = [label for label in ordered if _normal(label) == _normal(text)]
    found = found or [label for label in ordered if label.partition("[")[0] == text]
    if not found:
        raise UnknownNameError(kind, text, ordered, "these are recorded")
    if len(found) > 1:
        raise UsageError(f"{kind} {text!r} is recorded with several parameters: choose from {', '.join(found)}")
    return found[0]


def _normal(label: str) -> tuple[str, Sequence[str]]:
    name, _, rest = label.partition("[")
    return name.strip(), sorted(_pair(part) for part in rest.rstrip("]").split(",") if part.strip())


def _pair(text: str) -> str:
    key, _, value = (part.strip() for part in text.partition("="))
    try:
        return f"{key}={float(value)!r}"
    except ValueError:
        return f"{key}={value}"
