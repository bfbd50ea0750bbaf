"""The patches that a convolution sees, each as one sample of a matrix product, and the way back."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


class Patches(torch.autograd.Function):
    """(R, B, C, H, W) → (R, B·H'·W', C·k²): image by image, row by row; a patch's numbers by channel, then row.

    On the CPU in loops of our own: torch's unfold gives the transposed matrix, and to turn it and its gradient around
    takes longer than the convolution.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, kernel: int, stride: int, padding: int) -> Tensor:
        """The patches of x: (R, B, C, H, W)."""
        ctx.geometry, ctx.shape = (kernel, stride, padding), x.shape
        if x.device.type != "cpu":
            columns = functional.unfold(x.flatten(0, 1), kernel, padding=padding, stride=stride)
            return columns.mT.reshape(x.shape[0], -1, columns.shape[1])
        from analogbench.engine import cpu_patches  # imports numba, which a GPU machine may lack

        padded = functional.pad(x, (padding,) * 4) if padding else x
        return cpu_patches.gather(padded.contiguous(), kernel, stride)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        """Each pixel's gradient: the sum of those of the patches that it is in."""
        (kernel, stride, padding), (r, b, c, height, width) = ctx.geometry, ctx.shape
        g = gradients[0]
        if g.device.type != "cpu":
            columns = g.reshape(r * b, -1, c * kernel**2).mT
            x = functional.fold(columns, (height, width), kernel, padding=padding, stride=stride)
            return x.reshape(ctx.shape), None, None, None
        from analogbench.engine import cpu_patches

        shape = (r, b, c, height + 2 * padding, width + 2 * padding)
        x = cpu_patches.scatter(g.contiguous(), shape, kernel, stride)
        inside = slice(padding, -padding or None)
        return x[..., inside, inside], None, None, None
