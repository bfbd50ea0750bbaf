"""What `analogbench doctor` finds out about one component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "broken", "note"]
"""missing: not there, which is no failure. broken: installed, and does not work. note: worth knowing, no failure."""


@dataclass(frozen=True)
class Finding:
    """One row of the table. found: version and details, or what is wrong. advice: what to do about it, one line."""

    component: str
    found: str
    state: State = "ok"
    advice: str = ""


def joined(*parts: object) -> str:
    """The parts that are not empty, as one text."""
    return "; ".join(str(part) for part in parts if part)
