"""A matrix product by a training rule, as a layer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from analogbench.engine.mapping import MappedMatrix
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

    matrix: W, on one array or several. shape: (R, outputs, inputs). lr_scale: multiplies the learning rate of W, bias
    and scale. samples: the (x, d) pairs of the last backward pass, x: (R, B, inputs), d: (R, B, outputs).
    """

    def __init__(
        self, matrix: MappedMatrix, out_scale: Tensor | None, bias: Tensor | None, lr_scale: float = 1.0
    ) -> None:
        super().__init__()
        self.matrix, self.shape, self.lr_scale = matrix, matrix.shape, lr_scale
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

    def exact(self) -> Tensor:
        """The exact weights, (R, outputs, inputs); for evaluation only."""
        return self.matrix.weights()

    def learn(self, lr: Tensor) -> None:
        """Let the rule learn from the last backward pass. lr: (R, 1, 1), before `lr_scale`."""
        rate = lr if self.lr_scale == 1.0 else lr * self.lr_scale
        for x, d in self.samples:
            self.matrix.update(x, d, rate)
        self.samples.clear()
