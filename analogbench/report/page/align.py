"""Numbers below each other: how much room a number leaves behind itself in its column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_PARTS = re.compile(r"(?= ± )|(?= †)")

MOST = 12
"""So much room is made; there are as many classes in the style."""


@dataclass(frozen=True)
class Text:
    """A table's string in parts, each with the room that it leaves behind itself, in halves of a digit's width."""

    parts: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return "".join(part for part, _ in self.parts)


def aligned(column: Sequence[str]) -> list[Text]:
    """A column's strings. Decimal points stand below each other, and so does each ±, behind which numbers start.

    Where numbers have powers of ten, as in `1.03e-3`, they have about as many digits by themselves, and are left alone.
    """
    split = [_PARTS.split(text) for text in column]
    plain = not any(re.match(r"[^a-z]*[0-9]e-?[0-9]", part) for parts in split for part in parts)
    width = max((len(parts) for parts in split), default=0)
    rooms = [_rooms([parts[i] if i < len(parts) else "" for parts in split], plain) for i in range(width)]
    return [Text(tuple((part, rooms[i][row]) for i, part in enumerate(parts))) for row, parts in enumerate(split)]


def _rooms(parts: Sequence[str], plain: bool) -> list[int]:
    """For each part how much narrower it is than the widest; none for what is no number."""
    widths = [_width(part) if plain else None for part in parts]
    most = max((width for width in widths if width is not None), default=0)
    return [0 if width is None else min(most - width, MOST) for width in widths]


def _width(part: str) -> int | None:
    """Of what stands behind the integer digits, or, where it follows a ±, of the whole number; None if there is none.

    A point is half as wide as a digit, nearly so in most fonts.
    """
    follows = part.startswith(" ± ")
    found = _NUMBER.match(part.removeprefix(" ± "))
    if not found:
        return None
    counted = (found[0] if follows else found[1]) or ""
    return 2 * len(counted) - counted.count(".")
