"""The name of the project towards pluggy, the version of the interfaces, and the decorator of hook implementations."""

from collections.abc import Callable
from typing import Any, TypeVar

import pluggy

PROJECT = "analogbench"

API_VERSION = "1.3"
"""Version of the interfaces in `analogbench.api`. A plugin module may state what it was written for, as a version
specifier: `ANALOGBENCH_API = ">=1,<2"`; one that does not fit is quarantined."""

_F = TypeVar("_F", bound=Callable[..., Any])


def hookimpl(function: _F) -> _F:
    """Mark a function of a plugin module as an implementation of the hook of the same name."""
    marked: _F = pluggy.HookimplMarker(PROJECT)(function)
    return marked
