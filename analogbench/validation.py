"""What pydantic has to say, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails


def complaints(error: ValidationError) -> str:
    """All complaints in one line, such as "tau=-1 should be greater than 0"."""
    return "; ".join(_complaint(details) for details in error.errors(include_url=False, include_context=False))


def sentence(details: ErrorDetails) -> str:
    """One complaint without its place, in one line."""
    return " ".join(details["msg"].removeprefix("Value error, ").split())


def _complaint(details: ErrorDetails) -> str:
    message = sentence(details)
    where = ".".join(str(step) for step in details["loc"])
    if not where:
        return message
    given = details["input"]
    if message.startswith("Input should") and isinstance(given, bool | int | float | str):
        return f"{where}={given} {message.removeprefix('Input ')}"
    return f"{where}: {message[0].lower()}{message[1:]}"
