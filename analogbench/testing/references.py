"""Devices, a rule and tasks whose behaviour is known, to try plugins on. Importing this does not import torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analogbench.api import (
    Algorithm,
    Budget,
    Data,
    Device,
    Layers,
    Metric,
    Params,
    Protocol,
    SingleTileRule,
    Task,
    Tile,
    TileContext,
    param,
)

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from analogbench.api.streams import Streams

Shape = tuple[int, int, int]


class ExactDigital(Device):
    """Exact products and updates, no pulses."""

    name = "contract-digital"
    analog = False

    def build_tile(self, shape: Shape, context: TileContext) -> Tile:
        """See `ExactTile`."""
        from analogbench.testing.tiles import ExactTile

        return ExactTile(shape, context, granularity=None)


class ExactAnalog(Device):
    """Exact products and updates; pulses of 0.001 are counted."""

    name = "contract-analog"

    def build_tile(self, shape: Shape, context: TileContext) -> Tile:
        """See `ExactTile`."""
        from analogbench.testing.tiles import ExactTile

        return ExactTile(shape, context, granularity=0.001)


class BoundedAnalog(Device):
    """Exact products; updates by W ← W + Δ − |Δ|W, the soft bounds of [P24] eq. 5 with τ = 1."""

    name = "contract-bounded"

    def build_tile(self, shape: Shape, context: TileContext) -> Tile:
        """See `ExactTile`."""
        from analogbench.testing.tiles import ExactTile

        return ExactTile(shape, context, granularity=0.001, tau=1.0)


class Descent(SingleTileRule):
    """Hands every gradient to the tile, on every device."""

    name = "contract-descent"

    @classmethod
    def fits(cls, device: type[Device]) -> bool:
        """On every device."""
        return True

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        """One pulsed or exact outer product."""
        state.update(x, d, lr)


class RegressionParams(Params):
    """Length and rate."""

    epochs: int = param(6, "passes over the 32 samples under budget smoke", ge=1)
    lr: float = param(0.1, "learning rate", gt=0)


class _Regression(Task):
    """Targets of a linear teacher: y = W*x, ‖W*‖∞ ≤ 0.5, 32 samples of 6 inputs and 3 outputs, batch 5."""

    metric = Metric("error", "test error", higher_is_better=False, log_axis=True)
    Params = RegressionParams

    def protocol(self, budget: Budget) -> Protocol:
        """Twice as long with every budget."""
        epochs, lr = self.params.epochs * {"smoke": 1, "quick": 2, "paper": 4}[budget], self.params.lr
        return Protocol(epochs=epochs, batch=5, lr_digital=lr, lr_analog=lr)

    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        """The same for all budgets."""
        import torch

        generator = torch.Generator().manual_seed(7)
        x = torch.randn(48, 6, generator=generator)
        w = torch.rand(3, 6, generator=generator) - 0.5
        x, y = x.to(torch_device), (x @ w.T).to(torch_device)
        return Data((x[:32], y[:32]), (x[32:], y[32:]), "linear teacher")

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """Half the squared error of a sample, (R,)."""
        return 0.5 * (output - target).square().sum(2).mean(1)

    def evaluate(self, output: Tensor, target: Tensor) -> Mapping[str, Tensor]:
        """The sum of that, (R,)."""
        return {"error": 0.5 * (output - target).square().sum((1, 2))}


class LeastSquares(_Regression):
    """One layer: min ½‖Wx − W*x‖², which every rule should be able to approach."""

    name = "contract-least-squares"

    def model(self, layers: Layers) -> nn.Module:
        """W, which starts at zero, without bias or scale."""
        return layers.linear(6, 3, bias=False, out_scale=False, init=_zeros)


class TwoLayers(_Regression):
    """Two layers with a tanh between, so that errors go backward through a tile."""

    name = "contract-two-layers"

    def model(self, layers: Layers) -> nn.Module:
        """6-5-3, with biases and scales."""
        from torch import nn

        return nn.Sequential(layers.linear(6, 5), nn.Tanh(), layers.linear(5, 3))


def _zeros(streams: Streams) -> Tensor:
    import torch

    return torch.zeros(len(streams.seeds), 3, 6, device=streams.device)


UNTRAINED = 0.5507
"""The test error of `LeastSquares` at the start."""

DEVICES: tuple[type[Device], ...] = (ExactDigital, ExactAnalog, BoundedAnalog)
RULES: tuple[type[Algorithm], ...] = (Descent,)
TASKS: tuple[type[Task], ...] = (LeastSquares, TwoLayers)
