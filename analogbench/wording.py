"""Words that every part of the harness uses."""

from __future__ import annotations


def count_of(number: int, noun: str) -> str:
    """`1 cell`, `3 cells`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
