"""The interface of a training algorithm: a rule for one weight matrix."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from analogbench.api.params import Params, param

if TYPE_CHECKING:
    from torch import Tensor

    from analogbench.api.compound import Compound
    from analogbench.api.device import Device
    from analogbench.api.tile import Tile

MakeTile = Callable[[str], "Tile"]
"""Makes a tile with a name of the rule's choice. The tile named "weight" starts at the layer's initial weights,
every other one at zero. The name also selects the tile's random streams: the "weight" tiles of all algorithms are
the same instance."""


class RuleParams(Params):
    """Parameters that every algorithm has. Add your own fields in a subclass."""

    lr: float | None = param(
        None, "learning rate; the task's protocol sets it when not given", gt=0, stackable=True, unit="1"
    )


class Algorithm(ABC):
    """A training rule. One object serves all layers of a model; what belongs to a layer lives in the state that
    `build` returns.

    Subclasses are final: they declare `name`, `formula`, `source`, `Params` and the five methods.
    """

    name: ClassVar[str]
    """How the algorithm is called on the command line and in tables, in kebab-case."""

    formula: ClassVar[str] = ""
    """The update rule in one or two lines."""

    source: ClassVar[str] = ""
    """The paper that the rule comes from."""

    Params: ClassVar[type[RuleParams]] = RuleParams

    capturable: bool = False
    """Set it, on the class or an object, if `forward`, `backward` and `update` use tensors only: no counters or other
    state in Python that changes from step to step, nothing read from a tensor, state changed in place. Only then are
    many steps recorded as one CUDA graph and replayed, without Python; otherwise each is run as it is written."""

    def __init__(self, params: Any) -> None:
        """params: an instance of `Params`; in a job of R replicas its stackable fields are (R, 1, 1) tensors."""
        self.params = params

    @classmethod
    def fits(cls, device: type[Device]) -> bool:
        """Whether the grid should run the rule on `device`; by default on every analog one."""
        return device.analog

    def compound(self) -> Compound | None:
        """The rule as something that a device may have built in; None, the default, if no simulator has it.

        A device that does runs the rule natively, in its own code; the record says so.
        """
        return None

    @abstractmethod
    def build(self, make_tile: MakeTile) -> Any:
        """Make the tiles of one layer and return the layer's state, which the other methods receive."""

    @abstractmethod
    def forward(self, state: Any, x: Tensor) -> Tensor:
        """The layer's matrix product. x: (R, B, inputs) → (R, B, outputs)."""

    @abstractmethod
    def backward(self, state: Any, d: Tensor) -> Tensor:
        """The product with the transposed matrix. d: (R, B, outputs) → (R, B, inputs)."""

    @abstractmethod
    def update(self, state: Any, x: Tensor, d: Tensor, lr: Tensor) -> None:
        """Learn from one mini-batch whose gradient is Σ_b d_b x_bᵀ.

        x: (R, B, inputs), d: (R, B, outputs), lr: (R, 1, 1), the scheduled learning rate.
        """

    @abstractmethod
    def weights(self, state: Any) -> Tensor:
        """The layer's exact effective weights, (R, outputs, inputs); for evaluation only."""

    def state_dict(self, state: Any) -> Any:
        """What of a layer's state changes during training, as plain data, for checkpoints; see `Tile.state_dict`. By
        default all that `state` consists of, but for tiles and random streams, which the engine keeps."""
        from analogbench.api.snapshot import snapshot

        return snapshot(state)

    def load_state_dict(self, state: Any, data: Any) -> Any:
        """The state to go on with: `state`, just built, with what `state_dict` has kept. Raises UnsavableError where
        the two do not fit."""
        from analogbench.api.snapshot import restore

        return restore(state, data)


class SingleTileRule(Algorithm):
    """A rule whose only state is the tile that holds the weights; subclasses say how it is updated."""

    def build(self, make_tile: MakeTile) -> Tile:
        """The tile that starts at the layer's initial weights."""
        return make_tile("weight")

    def forward(self, state: Tile, x: Tensor) -> Tensor:
        """The tile's product. x: (R, B, inputs) → (R, B, outputs)."""
        return state.forward(x)

    def backward(self, state: Tile, d: Tensor) -> Tensor:
        """The tile's transposed product. d: (R, B, outputs) → (R, B, inputs)."""
        return state.backward(d)

    def weights(self, state: Tile) -> Tensor:
        """The tile's exact weights, (R, outputs, inputs)."""
        return state.read()
