"""The model of the least-squares task; imports torch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from analogbench.api import Layers
from analogbench.api.streams import Streams


class Residuals(nn.Module):
    """Maps the input 1, (R, 1, 1), to the residuals Aw − b, (R, 1, N), where w is the only column of the layer.

    In the backward pass Gaussian noise of standard deviation σ is added to the gradient with respect to w.
    """

    def __init__(self, params: Any, layers: Layers) -> None:
        super().__init__()
        self.params, self.streams = params, layers.streams
        self.layer = layers.linear(1, params.dim, bias=False, out_scale=False, init=self._initial)
        generator = torch.Generator().manual_seed(params.data_seed)
        # The solution first, then A: one of the orders that fit a prototype's digital errors. With A first, the floor
        # and the ranking are the same, but the smallest digital errors about twice as large.
        x_unit = torch.randn(params.dim, generator=generator).to(layers.torch_device)
        a_unit = torch.randn(params.samples, params.dim, generator=generator).to(layers.torch_device)
        self.a_transposed = params.a_std * a_unit.T  # (R, D, N)
        self.b = (params.x_std * x_unit) @ self.a_transposed  # (R, 1, N)

    def _initial(self, streams: Streams) -> Tensor:
        return self.params.init * torch.ones(len(streams.seeds), self.params.dim, 1, device=streams.device)

    def forward(self, one: Tensor) -> Tensor:
        w = self.layer(one)  # (R, 1, D)
        if w.requires_grad:
            noise = self.params.sigma * self.streams.normal("gradient", 1, self.params.dim)
            w.register_hook(lambda gradient: gradient + noise)
        return w @ self.a_transposed - self.b
