"""Digital layers of R replicas, trained by plain SGD: every parameter has a leading replica dimension."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class DigitalLinear(nn.Module):
    """W x + b. weight: (R, outputs, inputs). bias: (R, outputs) or None. lr_scale: multiplies the learning rate."""

    def __init__(self, weight: Tensor, bias: Tensor | None, lr_scale: float = 1.0) -> None:
        super().__init__()
        self.weight, self.lr_scale = nn.Parameter(weight), lr_scale
        self.bias = None if bias is None else nn.Parameter(bias)

    def forward(self, x: Tensor) -> Tensor:
        """x: (R, B, inputs) → (R, B, outputs)."""
        y = x @ self.weight.mT
        return y if self.bias is None else y + self.bias[:, None]


class DigitalConv2d(nn.Module):
    """Convolutions. weight: (R, outputs, inputs, k, k). bias: (R, outputs) or None. lr_scale: multiplies the rate."""

    def __init__(self, weight: Tensor, bias: Tensor | None, stride: int, padding: int, lr_scale: float = 1.0) -> None:
        super().__init__()
        self.weight, self.lr_scale = nn.Parameter(weight), lr_scale
        self.bias = None if bias is None else nn.Parameter(bias)
        self.stride, self.padding = stride, padding

    def forward(self, x: Tensor) -> Tensor:
        """x: (R, B, inputs, H, W) → (R, B, outputs, H', W')."""
        biases = [None] * len(x) if self.bias is None else list(self.bias)
        maps = [
            functional.conv2d(image, weight, bias, self.stride, self.padding)
            for image, weight, bias in zip(x, self.weight, biases, strict=True)
        ]
        return torch.stack(maps)


class BatchNorm2d(nn.Module):
    """Batch normalisation of each replica over its own batch, as torch's nn.BatchNorm2d.

    weight, bias, mean, variance: (R, C), the last two the running ones. lr_scale: multiplies the learning rate.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(  # noqa: PLR0913, PLR0917 - all that torch's layer consists of
        self,
        weight: Tensor,
        bias: Tensor,
        mean: Tensor,
        variance: Tensor,
        eps: float,
        momentum: float,
        lr_scale: float = 1.0,
    ) -> None:
        super().__init__()
        self.weight, self.bias, self.lr_scale = nn.Parameter(weight), nn.Parameter(bias), lr_scale
        self.register_buffer("running_mean", mean)
        self.register_buffer("running_var", variance)
        self.eps, self.momentum = eps, momentum

    def forward(self, x: Tensor) -> Tensor:
        """x: (R, B, C, H, W) → the same."""
        r, b, c, h, w = x.shape
        # the channels of all replicas beside each other: each is normalised by itself
        channels = x.transpose(0, 1).reshape(b, r * c, h, w)
        y = functional.batch_norm(
            channels,
            self.running_mean.view(-1),
            self.running_var.view(-1),
            self.weight.reshape(-1),
            self.bias.reshape(-1),
            self.training,
            self.momentum,
            self.eps,
        )
        return y.reshape(b, r, c, h, w).transpose(0, 1)
