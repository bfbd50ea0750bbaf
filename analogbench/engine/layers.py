"""The layers of a model: matrix products by a training rule, everything else digital."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from analogbench.api.algorithm import Algorithm
from analogbench.api.device import Device, TileContext
from analogbench.api.streams import Streams
from analogbench.api.tile import Tile
from analogbench.engine.mapping import MappedMatrix
from analogbench.engine.native import NativeRule
from analogbench.engine.outcome import Implementation
from analogbench.errors import PluginError


class _Product(torch.autograd.Function):
    """Forward and backward ask the rule; backward also keeps (x, d), from which the rule learns."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, anchor: Tensor, layer: RuleLinear) -> Tensor:
        ctx.layer = layer
        ctx.save_for_backward(x)
        return layer.checked("forward", layer.matrix.forward(x.detach()), x.shape[1], layer.shape[1])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, None, None]:
        (x,) = ctx.saved_tensors
        layer, d = ctx.layer, gradients[0]
        layer.samples.append((x.detach(), d))
        if not ctx.needs_input_grad[0]:
            return None, None, None
        return layer.checked("backward", layer.matrix.backward(d), d.shape[1], layer.shape[2]), None, None


class RuleLinear(nn.Module):
    """scale·(W x) + bias for R replicas, W held by the tiles of a rule.

    matrix: W, on one array or several. shape: (R, outputs, inputs). samples: the (x, d) pairs of the last backward
    pass, x: (R, B, inputs), d: (R, B, outputs).
    """

    def __init__(self, matrix: MappedMatrix, out_scale: Tensor | None, bias: Tensor | None) -> None:
        super().__init__()
        self.matrix, self.shape = matrix, matrix.shape
        self.out_scale = None if out_scale is None else nn.Parameter(out_scale)  # (R, 1, 1)
        self.bias = None if bias is None else nn.Parameter(bias)  # (R, 1, outputs)
        # Autograd calls backward only for functions that have an input which requires a gradient.
        self.anchor: Tensor = torch.zeros((), requires_grad=True)
        self.samples: list[tuple[Tensor, Tensor]] = []

    def forward(self, x: Tensor) -> Tensor:
        """x: (R, B, inputs) → (R, B, outputs)."""
        y: Tensor = _Product.apply(x, self.anchor, self)  # type: ignore[no-untyped-call]
        if self.out_scale is not None:
            y = y * self.out_scale
        return y if self.bias is None else y + self.bias

    def checked(self, method: str, result: Tensor, batch: int, lines: int) -> Tensor:
        """The rule's result, if its shape is (R, batch, lines); raises PluginError if not, lest it broadcast
        silently."""
        expected = (self.shape[0], batch, lines)
        if tuple(result.shape) != expected:
            name = self.matrix.blocks[0].rule.name
            raise PluginError(f"algorithm {name}: {method} returned shape {tuple(result.shape)}; expected {expected}")
        return result

    def finite(self) -> Tensor:
        """(R,) bool: whether all numbers of a replica's layer are finite."""
        numbers = [self.matrix.weights(), *(p.detach() for p in self.parameters())]
        return torch.stack([torch.isfinite(tensor).flatten(1).all(1) for tensor in numbers]).all(0)

    def learn(self, lr: Tensor) -> None:
        """Let the rule learn from the last backward pass. lr: (R, 1, 1)."""
        for x, d in self.samples:
            self.matrix.update(x, d, lr)
        self.samples.clear()


class LayerFactory:
    """Makes the layers of one job's model (`analogbench.api.Layers`) and keeps them and their tiles."""

    def __init__(self, rule: Algorithm, device: Device, streams: Streams) -> None:
        self.rule, self.device, self.streams = rule, device, streams.child("task")
        self.torch_device = streams.device
        self.rule_layers: list[RuleLinear] = []
        self.tiles: list[Tile] = []
        self.implementation: Implementation = "composed"
        self._root = streams

    def linear(
        self,
        inputs: int,
        outputs: int,
        *,
        bias: bool = True,
        out_scale: bool = True,
        init: Callable[[Streams], Tensor] | None = None,
    ) -> RuleLinear:
        """See `analogbench.api.Layers.linear`."""
        streams = self._root.child(f"layer{len(self.rule_layers)}")
        weight = init(streams) if init else _uniform(streams, "weight", inputs, outputs, inputs)
        scale = torch.ones(weight.shape[0], 1, 1, device=self.torch_device)
        layer = RuleLinear(
            self._map(weight, streams),
            scale if out_scale and self.device.analog else None,
            _uniform(streams, "bias", inputs, 1, outputs) if bias else None,
        )
        self.rule_layers.append(layer)
        return layer

    def _map(self, weight: Tensor, streams: Streams) -> MappedMatrix:
        """Put the initial weights, (R, outputs, inputs), onto arrays."""
        replicas, outputs, inputs = weight.shape

        def build(rows: slice, columns: slice) -> tuple[Algorithm, Any]:
            part = weight[:, rows, columns]
            whole = part.shape == weight.shape
            return self._block(part, streams if whole else streams.child(f"block{rows.start},{columns.start}"))

        return MappedMatrix((replicas, outputs, inputs), self.device.largest_array(), build)

    def _block(self, weight: Tensor, streams: Streams) -> tuple[Algorithm, Any]:
        """The rule and its state on arrays that hold the initial weights, (R, outputs, inputs)."""
        replicas, outputs, inputs = weight.shape
        shape = (replicas, outputs, inputs)

        def make_context(name: str) -> TileContext:
            return TileContext(streams.child(f"tile-{name}"), self.torch_device)

        def make_tile(name: str) -> Tile:
            tile = self.device.build_tile(shape, make_context(name))
            return self._programmed(tile, weight if name == "weight" else torch.zeros_like(weight))

        compound = self.device.build_compound(self.rule.compound(), shape, make_context)
        if compound is None:
            return self.rule, self.rule.build(make_tile)
        self.implementation = "native"
        return NativeRule(self.rule), self._programmed(compound, weight)

    def _programmed(self, tile: Tile, weight: Tensor) -> Tile:
        """Give a new tile its initial weights, and keep it."""
        tile.program(weight)
        self.tiles.append(tile)
        return tile

    def elapse(self) -> None:
        """Tell all tiles that a training step has passed."""
        for tile in self.tiles:
            tile.elapse()

    def pulses(self) -> Tensor:
        """(R,) pulses spent on all tiles."""
        return torch.stack([tile.pulses for tile in self.tiles]).sum(0)


def _uniform(streams: Streams, name: str, fan_in: int, *shape: int) -> Tensor:
    """(R, *shape), uniform in ±1/√fan_in: torch's default for linear layers."""
    unit = streams.uniform(name, *shape) * 2.0 - 1.0
    return unit / math.sqrt(fan_in)
