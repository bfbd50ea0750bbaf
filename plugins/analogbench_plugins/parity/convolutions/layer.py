"""AIHWKIT's convolution, trained as its users do: forward, backward, a step of AnalogSGD."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from analogbench_plugins.parity.convolutions.images import CHANNELS, KERNEL, OUTPUTS, RATE, Geometry, Images


class KitConvolution:
    """An AnalogConv2d without bias (AIHWKIT keeps it digital by default) and its optimizer."""

    def __init__(self, config: Any, geometry: Geometry, lr: float = RATE, *, indexed: bool | None = None) -> None:
        from aihwkit.nn import AnalogConv2d
        from aihwkit.optim import AnalogSGD

        sizes = {"kernel_size": KERNEL, "stride": geometry.stride, "padding": geometry.padding}
        with torch.random.fork_rng(devices=[]):  # AIHWKIT draws initial weights, which are then replaced
            self.layer = AnalogConv2d(CHANNELS, OUTPUTS, **sizes, bias=False, rpu_config=config, use_indexed=indexed)
        self.optimizer = AnalogSGD(self.layer.parameters(), lr=lr)
        self.optimizer.regroup_param_groups(self.layer)

    @property
    def tile(self) -> Any:
        """The only tile of the layer."""
        return self.layer.analog_module

    def forward(self, x: Tensor) -> Tensor:
        """x: (B, CHANNELS, SIDE, SIDE) → (B, OUTPUTS, side, side)."""
        y: Tensor = self.layer(x)
        return y

    def gradient(self, x: Tensor, d: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs and the gradient of the inputs for errors d: (B, OUTPUTS, side, side)."""
        x = x.clone().requires_grad_()
        y = self.forward(x)
        y.backward(d)
        assert x.grad is not None
        return y.detach(), x.grad

    def train(self, images: Images) -> None:
        """One step on the loss of `images`."""
        (0.5 * (self.forward(images.x) - images.target).square().sum()).backward()
        self.optimizer.step()

    def step(self, x: Tensor, d: Tensor) -> tuple[Tensor, Tensor]:
        """One step for given errors; what `gradient` returns."""
        y, gradient = self.gradient(x, d)
        self.optimizer.step()
        return y, gradient
