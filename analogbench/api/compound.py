"""What an algorithm tells a device that may have the whole training rule built in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analogbench.api.device import TileContext

MakeContext = Callable[[str], "TileContext"]
"""Makes the context of the tile that has a name."""


@dataclass(frozen=True)
class Compound:
    """A training rule by its name in the literature, for a device that can run it natively.

    rule: as AIHWKIT's `build_config` calls it, such as "ttv1". arrays: the names of the rule's tiles, in the order in
    which gradients pass through them; the last holds the weights. settings: AIHWKIT's names and units; values are plain
    or, where the algorithm's parameter is stackable, (R, 1, 1) tensors.
    """

    rule: str
    arrays: tuple[str, ...]
    settings: Mapping[str, Any]
