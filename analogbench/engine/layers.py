"""A matrix product by a training rule, as a layer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from analogbench.engine.mapping import MappedMatrix
from analogbench.errors import PluginError


class _Affine(torch.autograd.Function):
    """scale·(W x) + bias. Forward and backward ask the rule; backward also keeps (x, d), from which the rule learns.

    One function for all three, since in networks this small every operation that autograd sees costs as much as its
    arithmetic.
    """

    @staticmethod
    def forward(  # noqa: PLR0913, PLR0917 - autograd gives gradients to positions
        ctx: Any, x: Tensor, scale: Tensor | None, bias: Tensor | None, anchor: Tensor, layer: RuleLinear
    ) -> Tensor:
        ctx.layer = layer
        product = layer.checked("forward", layer.matrix.forward(x.detach()), x.shape[1], layer.shape[1])
        ctx.save_for_backward(x, scale, None if scale is None else product)
        if scale is None:
            return product if bias is None else product + bias
        return product * scale if bias is None else torch.addcmul(bias, product, scale)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, scale, product = ctx.saved_tensors
        layer, (g,) = ctx.layer, gradients  # g: (R, B, outputs)
        d = g if scale is None else g * scale
        layer.samples.append((x.detach(), d))
        to_input, to_scale, to_bias, *_ = ctx.needs_input_grad
        return (
            layer.checked("backward", layer.matrix.backward(d), d.shape[1], layer.shape[2]) if to_input else None,
            (g * product).sum((1, 2), keepdim=True) if to_scale else None,
            g.sum(1, keepdim=True) if to_bias else None,
            None,
            None,
        )


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
        y: Tensor = _Affine.apply(x, self.out_scale, self.bias, self.anchor, self)  # type: ignore[no-untyped-call]
        return y

    def checked(self, method: str, result: Tensor, batch: int, lines: int) -> Tensor:
        """The rule's result, if it is a float32 tensor of shape (R, batch, lines); raises PluginError if not, lest it
        broadcast or change precision silently."""
        expected = (self.shape[0], batch, lines)
        if not isinstance(result, Tensor):
            raise self._refused(method, f"a {type(result).__name__}; expected a tensor")
        if tuple(result.shape) != expected:
            raise self._refused(method, f"shape {tuple(result.shape)}; expected {expected}")
        if result.dtype != torch.float32:
            raise self._refused(method, f"numbers of type {result.dtype}; expected torch.float32")
        return result

    def _refused(self, method: str, text: str) -> PluginError:
        return PluginError(f"algorithm {self.matrix.blocks[0].rule.name}: {method} returned {text}")

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
