"""The interface of a device: what a tile is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from analogbench.api.params import Params

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from analogbench.api.compound import Compound, MakeContext
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

    in_default_grid: ClassVar[bool] = True
    """Whether `run` takes the device where none is named; a family of many presets leaves most of them out."""

    most_replicas: ClassVar[int | None] = None
    """The most cells that one job may stack; None: as many as the run's settings allow."""

    reproducible: ClassVar[bool] = True
    """False if the same seed gives the same numbers only in distribution: the simulator draws random numbers of its
    own."""

    Params: ClassVar[type[Params]] = Params

    nominal: ClassVar[Mapping[str, Any]] = {}
    """The parameters with which there is neither noise nor variation: every crosspoint is what `responses` and `bounds`
    say."""

    def __init__(self, params: Any) -> None:
        """params: an instance of `Params`; in a job of R replicas its stackable fields are (R, 1, 1) tensors."""
        self.params = params

    @abstractmethod
    def build_tile(self, shape: tuple[int, int, int], context: TileContext) -> Tile:
        """Make R arrays of shape (R, outputs, inputs), all weights zero."""

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor] | None:
        """q₊ and q₋ at the weights `w`, of any shape: which share of a small change that is asked for happens, upward
        and downward; of a nominal crosspoint, for plain parameters. None, the default, if the device does not say.

        An update of Δ moves a weight by Δ·q₊(w) where Δ > 0, and by Δ·q₋(w) where Δ < 0.
        """
        return None

    def bounds(self) -> tuple[float, float] | None:
        """The least and the largest weight of a nominal crosspoint, for plain parameters; None, the default, if the
        device does not say."""
        return None

    @classmethod
    def unavailable(cls) -> str:
        """Why the device cannot be used on this machine, in one line with what to do; empty if it can.

        Called often: must neither import nor run anything slow. What shows only in use is for `build_tile` to say,
        with UnavailableError.
        """
        return ""

    @classmethod
    def targets(cls) -> tuple[str, ...]:
        """Where tiles can live: "cpu", "cuda". Asked for only if the run has a GPU; cells of a device that cannot use
        it are trained on the CPU meanwhile."""
        return ("cpu", "cuda")

    def largest_array(self) -> tuple[int, int]:
        """The largest (outputs, inputs) of one array, 0: no limit; a larger layer is cut into arrays of equal size.

        By default the parameters `max_output_size` and `max_input_size`, if the device has such.
        """
        return getattr(self.params, "max_output_size", 0), getattr(self.params, "max_input_size", 0)

    def build_compound(
        self, compound: Compound | None, shape: tuple[int, int, int], make_context: MakeContext
    ) -> Tile | None:
        """Make one tile that does the whole of a training rule by itself; None if the device has no such thing.

        compound: what the algorithm offers; None if it offers nothing. shape: (R, outputs, inputs). make_context: the
        context of the tile of a given name, so that the arrays within are the instances that the rule would be given.
        Raises UnavailableError if the parameters ask for what the device does not have.
        """
        return None
