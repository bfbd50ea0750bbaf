"""Makes the layers of a model: matrix products by a training rule, everything else digital."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from analogbench.api.algorithm import Algorithm
from analogbench.api.device import Device, TileContext
from analogbench.api.streams import Streams
from analogbench.api.task import Budget
from analogbench.api.tile import Tile
from analogbench.engine.convolution import RuleConv2d
from analogbench.engine.layers import RuleLinear
from analogbench.engine.mapping import MappedMatrix
from analogbench.engine.native import NativeRule
from analogbench.engine.outcome import Implementation
from analogbench.engine.replicas import Folded, copies, digital, geometry, replaced


class LayerFactory:
    """Makes the layers of one job's model (`analogbench.api.Layers`) and keeps them and their tiles."""

    def __init__(self, rule: Algorithm, device: Device, streams: Streams, budget: Budget = "quick") -> None:
        self.rule, self.device, self.streams, self.budget = rule, device, streams.child("task"), budget
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
        streams = self._next_streams()
        weight = init(streams) if init else _uniform(streams, "weight", inputs, outputs, inputs)
        start = _uniform(streams, "bias", inputs, 1, outputs) if bias else None
        return self._rule_layer(weight, start, streams, out_scale=out_scale)

    def conv2d(  # noqa: PLR0913 - those of the interface
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        *,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
        out_scale: bool = True,
    ) -> RuleConv2d:
        """See `analogbench.api.Layers.conv2d`."""
        product = self.linear(inputs * kernel**2, outputs, bias=bias, out_scale=out_scale)
        return RuleConv2d(product, kernel, stride, padding)

    def folded(self, module: nn.Module) -> Folded:
        """See `analogbench.api.Layers.folded`."""
        return Folded(module)

    def replicate(
        self,
        make: Callable[[], nn.Module],
        *,
        analog: Callable[[str], bool],
        lr_scale: Callable[[str], float] = lambda name: 1.0,
    ) -> Folded:
        """See `analogbench.api.Layers.replicate`."""

        def replace(name: str, layers: list[Any]) -> nn.Module:
            if isinstance(layers[0], nn.BatchNorm2d) or not analog(name):
                return digital(layers, lr_scale(name), self.torch_device)
            return self._by_rule(layers, lr_scale(name))

        return Folded(replaced(copies(make, self._root), replace))

    def _by_rule(self, layers: list[Any], lr_scale: float) -> nn.Module:
        """The rule's layer that starts as the given nn.Linear or nn.Conv2d of each replica."""
        weight = torch.stack([layer.weight.detach().flatten(1) for layer in layers]).to(self.torch_device)
        has_bias = layers[0].bias is not None
        bias = torch.stack([layer.bias.detach()[None] for layer in layers]).to(self.torch_device) if has_bias else None
        product = self._rule_layer(weight, bias, self._next_streams(), lr_scale=lr_scale)
        return product if isinstance(layers[0], nn.Linear) else RuleConv2d(product, *geometry(layers[0]))

    def _next_streams(self) -> Streams:
        """The streams of the next layer."""
        return self._root.child(f"layer{len(self.rule_layers)}")

    def _rule_layer(
        self, weight: Tensor, bias: Tensor | None, streams: Streams, *, out_scale: bool = True, lr_scale: float = 1.0
    ) -> RuleLinear:
        """Make and keep a layer. weight: (R, outputs, inputs), bias: (R, 1, outputs) or None."""
        scale = torch.ones(weight.shape[0], 1, 1, device=self.torch_device)
        matrix = self._map(weight, streams)
        layer = RuleLinear(matrix, scale if out_scale and self.device.analog else None, bias, lr_scale)
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
