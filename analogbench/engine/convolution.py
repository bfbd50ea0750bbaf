"""Convolutions by a training rule: every patch of every image is one sample of a matrix product."""

from __future__ import annotations

from torch import Tensor, nn

from analogbench.engine.layers import RuleLinear
from analogbench.engine.patches import Patches


class RuleConv2d(nn.Module):
    """A convolution whose kernels are the rows of a rule's matrix, (R, outputs, inputs·k²).

    As AIHWKIT's AnalogConv2d: patches are unfolded image by image, row by row, and each is a sample of its own, in the
    products as in the update.
    """

    def __init__(self, product: RuleLinear, kernel: int, stride: int, padding: int) -> None:
        super().__init__()
        self.product, self.kernel, self.stride, self.padding = product, kernel, stride, padding

    def forward(self, x: Tensor) -> Tensor:
        """x: (R, B, inputs, H, W) → (R, B, outputs, H', W')."""
        r, b, _, height, width = x.shape
        samples = Patches.apply(x, self.kernel, self.stride, self.padding)  # type: ignore[no-untyped-call]
        y: Tensor = self.product(samples)  # (R, B·H'·W', inputs·k²) → (R, B·H'·W', outputs)
        rows, across = (self._size(extent) for extent in (height, width))
        return y.reshape(r, b, rows, across, -1).permute(0, 1, 4, 2, 3)

    def exact(self) -> Tensor:
        """The exact kernels, (R, outputs, inputs·k²); for evaluation only."""
        return self.product.exact()

    def _size(self, extent: int) -> int:
        return (extent + 2 * self.padding - self.kernel) // self.stride + 1
