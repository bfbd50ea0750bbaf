"""The observers that `--observe` names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from analogbench.api.observer import Observer
from analogbench.errors import UsageError
from analogbench.grid.selection import select, unusable

if TYPE_CHECKING:
    from analogbench.registry import Registry

Chosen = Sequence[tuple[str, Callable[[], Observer]]]
"""By name, what makes each."""


def chosen(texts: Sequence[str], registry: Registry) -> Chosen:
    """What `texts`, selections such as `tensorboard[dir=live]`, stand for; nothing if there are none.

    Raises UsageError where one is unknown, has other parameters, or cannot be used on this machine.
    """
    found = []
    for part in select(registry, "observer", texts) if texts else ():
        if why := unusable(registry, "observer", part.name):
            raise UsageError(f"observer {part.name} cannot be used here: {why}")
        observer = registry.get("observer", part.name).value
        found.append((part.name, partial(observer, observer.Params.model_validate(part.params))))
    return found
