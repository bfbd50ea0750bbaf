"""Lengths of time as a user writes and reads them."""

from __future__ import annotations

import re

from analogbench.errors import UsageError

_UNITS = {"": 1.0, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|min|m|h|d|)", re.IGNORECASE | re.ASCII)


def parse_duration(text: str) -> float:
    """Seconds of "90", "90s", "10m", "1.5h" or "2d". Raises UsageError."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"cannot read the time {text!r}; write seconds, or a number with s, m, h or d, such as 10m")
    return float(found[1]) * _UNITS[found[2].lower()]


def parse_positive(text: str) -> float:
    """As `parse_duration`, but a time of 0 is refused, too."""
    seconds = parse_duration(text)
    if seconds == 0:
        raise UsageError(f"no job ends within {text!r}; write a longer time, such as 10m")
    return seconds


def duration_text(seconds: float) -> str:
    """`0.5 s`, `90 s`, `10 min`, `2 h`: in the largest unit of which it is a whole number."""
    for unit, factor in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= factor and (seconds / factor).is_integer():
            return f"{seconds / factor:.0f} {unit}"
    return f"{seconds:.4g} s"
