"""The header of a file of pulses: which column holds what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analogbench.errors import UnknownNameError, UsageError

NEEDED = ("pulse", "direction", "conductance")
KNOWN = ("device", "cycle", *NEEDED)

_SYNONYMS = {"phase": "direction", "polarity": "direction", "sign": "direction", "g": "conductance"}
_UNIT = re.compile(
    r"(?P<name>conductance|g)(?:_(?P<plain>[^\s()\[\]]+)|\s*[\[(](?P<bracketed>[^()\[\]]*)[\])])?", re.IGNORECASE
)


@dataclass(frozen=True)
class Columns:
    """Where each column stands, counted from 0, and the unit of the conductances, empty if the header has none."""

    places: dict[str, int]
    unit: str


def read_header(header: Sequence[str], where: str) -> Columns:
    """Raises UsageError, which names what is missing. where: begins the message."""
    places: dict[str, int] = {}
    unit = ""
    for place, text in enumerate(cell.strip() for cell in header):
        name = _SYNONYMS.get(text.lower(), text.lower())
        if match := _UNIT.fullmatch(text):
            name, unit = "conductance", (match["plain"] or match["bracketed"] or "").strip()
        if name in places and name in KNOWN:
            raise UsageError(f"{where}, row 1, column {place + 1}: a second column {name!r}")
        if text:
            places[name] = place
    missing = [name for name in NEEDED if name not in places]
    if not missing:
        return Columns({name: place for name, place in places.items() if name in KNOWN}, unit)
    if len(header) == 1 and any(sign in header[0] for sign in ";\t"):
        raise UsageError(f"{where}, row 1: columns must be separated by commas")
    others = [name for name in places if name not in KNOWN]
    near = str(UnknownNameError("column", missing[0], others)) if others else ""
    hint = (
        near[near.index("did you mean") :].partition("?")[0].replace("did you mean", "is it")
        if "did you" in near
        else ""
    )
    found = f"; {hint}?" if hint else ""
    raise UsageError(f"{where}, row 1: no column {missing[0]!r}{found} (there are: {', '.join(places) or 'none'})")
