"""Numbers below each other: how much room what follows the decimal point leaves in its column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.([0-9]+))?")
MOST = 5
"""So much room is made; there are as many classes in the style."""


@dataclass(frozen=True)
class Text:
    """A table's string in parts, each with the digits' room that it leaves behind itself."""

    parts: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return "".join(part for part, _ in self.parts)


def aligned(column: Sequence[str]) -> list[Text]:
    """A column's strings: the parts beside a ± have their decimal points below each other.

    A power of ten, as in `1.03e-3`, has a place of its own behind the digits, and is left alone, with all the column.
    """
    split = [re.split(r"(?= ± )", text) for text in column]
    width = max((len(parts) for parts in split), default=0)
    if any("e" in part for parts in split for part in parts if _NUMBER.match(part.lstrip(" ±"))):
        return [Text(((text, 0),)) for text in column]
    rooms = [_rooms([parts[i] if i < len(parts) else "" for parts in split]) for i in range(width)]
    return [Text(tuple((part, rooms[i][row]) for i, part in enumerate(parts))) for row, parts in enumerate(split)]


def _rooms(parts: Sequence[str]) -> list[int]:
    """For each part how many digits it has fewer than the longest, its point included; none for what is no number."""
    lengths = [_decimals(part.lstrip(" ±")) for part in parts]
    most = max((length for length in lengths if length is not None), default=0)
    return [0 if length is None else min(most - length, MOST) for length in lengths]


def _decimals(text: str) -> int | None:
    found = _NUMBER.match(text)
    if not found:
        return None
    return len(found[1]) + 1 if found[1] else 0
