"""The interface of a device: what a tile is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from analogbench.api.params import Params

if TYPE_CHECKING:
    import torch

    from analogbench.api.streams import Streams
    from analogbench.api.tile import Tile


@dataclass(frozen=True)
class TileContext:
    """What a device is told when it builds a tile.

    streams: the tile's own named streams of random numbers, one independent set per replica. The same seed, layer
    and tile name give the same streams whatever the algorithm, so that comparisons are paired. torch_device: where
    all tensors of the tile live.
    """

    streams: Streams
    torch_device: torch.device


class Device(ABC):
    """A kind of crossbar array. Subclasses are final: they declare `name`, `Params` and `build_tile`."""

    name: ClassVar[str]
    """How the device is called on the command line and in tables, in kebab-case."""

    source: ClassVar[str] = ""
    """Where the model comes from: a paper or a simulator."""

    analog: ClassVar[bool] = True
    """False if the tile stores and updates exact digital numbers."""

    Params: ClassVar[type[Params]] = Params

    def __init__(self, params: Any) -> None:
        """params: an instance of `Params`; in a job of R replicas its stackable fields are (R, 1, 1) tensors."""
        self.params = params

    @abstractmethod
    def build_tile(self, shape: tuple[int, int, int], context: TileContext) -> Tile:
        """Make R arrays of shape (R, outputs, inputs), all weights zero."""
