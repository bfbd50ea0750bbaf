"""The order in which a reader looks for labels: by name, then by the numbers in them."""

from __future__ import annotations

import re
from typing import TypeAlias

Key: TypeAlias = tuple[tuple[str | float, ...], ...]

_NUMBER = re.compile(r"((?:(?<==)-)?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)")


def natural(label: str) -> Key:
    """The key that sorts `x[tau=0.7]` before `x[tau=0.78]` before `x[tau=0.8]`, and all of them behind `x`."""
    name, _, rest = label.partition("[")
    return _parts(name), _parts(rest), (label,)


def _parts(text: str) -> tuple[str | float, ...]:
    """Text and numbers by turns, so that a number only ever meets a number."""
    return tuple(float(part) if i % 2 else part for i, part in enumerate(_NUMBER.split(text)))
