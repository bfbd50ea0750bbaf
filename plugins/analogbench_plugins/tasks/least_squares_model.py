"""The models of the least-squares task; imports torch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from analogbench.api import Layers
from analogbench.api.streams import Streams


class Instance:
    """A and b of min ‖Aw − b‖², the same for every seed. a_transposed: (R, D, N). b: (R, 1, N)."""

    def __init__(self, params: Any, torch_device: torch.device) -> None:
        generator = torch.Generator().manual_seed(params.data_seed)
        # The solution first, then A: one of the orders that fit a prototype's digital errors. With A first, the floor
        # and the ranking are the same, but the smallest digital errors about twice as large.
        x_unit = torch.randn(params.dim, generator=generator).to(torch_device)
        a_unit = torch.randn(params.samples, params.dim, generator=generator).to(torch_device)
        self.params = params
        self.a_transposed = params.a_std * a_unit.T  # (R, D, N)
        self.b = (params.x_std * x_unit) @ self.a_transposed + params.offset  # (R, 1, N)

    def start(self, replicas: int, *, bias: bool) -> tuple[Tensor, Tensor]:
        """Where training starts: w, (R, 1, D), and bias, (R, 1, 1), `init` after `sgd_steps` steps of exact gradient
        descent on them; the bias is zero, and stays so, unless there is one."""
        p = self.params
        w = p.init * torch.ones(replicas, 1, p.dim, device=self.b.device)
        offset = p.init * torch.ones(replicas, 1, 1, device=self.b.device) * float(bias)
        for _ in range(p.sgd_steps):
            residuals = w @ self.a_transposed + offset - self.b  # (R, 1, N)
            pull = 2.0 * p.lr * p.loss_factor / p.samples * residuals
            w, offset = w - pull @ self.a_transposed.mT, offset - pull.sum(2, keepdim=True) * float(bias)
        return w, offset


class Column(nn.Module):
    """Maps the input 1, (R, 1, 1), to the residuals Aw − b, (R, 1, N), where w is the only column of the layer.

    In the backward pass Gaussian noise of standard deviation σ is added to the gradient with respect to w.
    """

    def __init__(self, params: Any, layers: Layers) -> None:
        super().__init__()
        self.params, self.streams = params, layers.streams
        self.instance = Instance(params, layers.torch_device)
        self.layer = layers.linear(1, params.dim, bias=False, out_scale=False, init=self._initial)

    def _initial(self, streams: Streams) -> Tensor:
        w, _ = self.instance.start(len(streams.seeds), bias=False)
        return w.mT.contiguous()

    def forward(self, one: Tensor) -> Tensor:
        """one: (R, 1, 1) → (R, 1, N)."""
        w = self.layer(one)  # (R, 1, D)
        if w.requires_grad:
            noise = self.params.sigma * self.streams.normal("gradient", 1, self.params.dim)
            w.register_hook(lambda gradient: gradient + noise)
        return w @ self.instance.a_transposed - self.instance.b


class Rows(nn.Module):
    """The residuals of y = Aw + bias − b as read, and exact: (R, 1, 1) → (R, 2, N).

    w is the only row of the layer and each row of A a sample; bias is digital, as in the authors' scripts.
    """

    def __init__(self, params: Any, layers: Layers) -> None:
        super().__init__()
        self.instance = Instance(params, layers.torch_device)
        replicas = len(layers.streams.seeds)
        w, bias = self.instance.start(replicas, bias=True)
        self.layer = layers.linear(params.dim, 1, bias=False, out_scale=False, init=lambda _: w)
        self.bias = nn.Parameter(bias)
        self.samples = self.instance.a_transposed.mT.expand(replicas, -1, -1).contiguous()  # (R, N, D)

    def forward(self, one: Tensor) -> Tensor:
        """one: not used."""
        read = self.layer(self.samples).mT  # (R, 1, N)
        exact = self.layer.exact() @ self.instance.a_transposed
        return torch.cat([read, exact], dim=1) + self.bias - self.instance.b
