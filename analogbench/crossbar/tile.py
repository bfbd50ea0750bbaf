"""A crossbar array as a tile: converters in front, pulses or expected steps behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from analogbench.api.snapshot import restore
from analogbench.api.streams import Streams
from analogbench.api.tile import Tile
from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels import choose_expected_kernel, choose_kernel, choose_product
from analogbench.crossbar.periphery import Periphery
from analogbench.crossbar.pulses import PulseSettings

Kernel = Callable[[Array, Tensor, Tensor, Tensor, PulseSettings, Tensor], None]


class _CrossbarTile(Tile):
    """What both kinds of tile share: reading through the periphery, exact access, the count of pulses."""

    capturable = True

    def __init__(self, array: Array, periphery: Periphery, streams: Streams) -> None:
        self.array, self.periphery, self.streams = array, periphery, streams
        r, outputs, inputs = array.hidden.shape
        self.shape = (r, outputs, inputs)
        self._product = choose_product(array.hidden.device)
        self.pulses = array.pulses

    def forward(self, x: Tensor) -> Tensor:
        self.check(x=x)
        return self._product(x, self.array, self.streams.keys("forward"), self.periphery, backward=False)

    def backward(self, d: Tensor) -> Tensor:
        self.check(d=d)
        return self._product(d, self.array, self.streams.keys("backward"), self.periphery, backward=True)

    def read(self) -> Tensor:
        return self.array.visible.clone()

    def program(self, w: Tensor) -> None:
        self.array.program(w, self.streams.keys("program"))

    def state_dict(self) -> dict[str, Any]:
        """Weights and pulses; the constants of the crosspoints follow from the seed."""
        return {"hidden": self.array.hidden, "visible": self.array.visible, "pulses": self.pulses}

    def load_state_dict(self, data: dict[str, Any]) -> None:
        restore(_CrossbarTile.state_dict(self), data)

    def _rate(self, lr: Tensor | float) -> Tensor:
        """lr as a (R, 1, 1) tensor."""
        shape = (self.shape[0], 1, 1)
        if not isinstance(lr, Tensor):
            # made on the device: a copy from the host would end the capture of a CUDA graph
            return torch.full(shape, lr, device=self.pulses.device)
        return lr if lr.shape == shape and lr.dtype == torch.float32 else lr.to(torch.float32).expand(shape)


class PulsedTile(_CrossbarTile):
    """Updated by stochastic pulse trains.

    kernel: one of `crossbar.kernels`; by default the fast one for the array's torch device.
    """

    def __init__(
        self,
        array: Array,
        periphery: Periphery,
        streams: Streams,
        settings: PulseSettings,
        kernel: Kernel | None = None,
    ) -> None:
        super().__init__(array, periphery, streams)
        self.settings = settings
        self.kernel = kernel or choose_kernel(array.hidden.device, array.response.kind)

    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        self.check(x, d)
        self.kernel(self.array, x, d, self._rate(lr), self.settings, self.streams.keys("pulses"))


class ExpectedTile(_CrossbarTile):
    """Updated by the expected step of the whole mini-batch: W ← U(W, −lr·(g + σξ)), g = Σ_b d_b x_bᵀ ([P24] eq. 5).

    U(w, Δ) = w + |Δ|/dw_min · q±(w), with q₊ where Δ > 0 and q₋ (downward) where Δ < 0; for soft bounds that is
    w + Δ − |Δ|w/τ. sigma: (R, 1, 1), standard deviation of the gradient noise, or None.
    """

    def __init__(self, array: Array, periphery: Periphery, streams: Streams, sigma: Tensor | None = None) -> None:
        super().__init__(array, periphery, streams)
        self.sigma = sigma
        self.kernel = choose_expected_kernel(array.hidden.device)

    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        self.check(x, d)
        keys, rate = self.streams.keys("gradient"), -self._rate(lr) / self.array.dw_min
        self.kernel(self.array, x, d, rate, self.sigma, keys)
        if self.array.write_noise is not None:
            # also a weight that stays at its bound was written
            touched = torch.bmm(d.mT, x) != 0
            self.array.write(touched if self.sigma is None else touched | (self.sigma > 0), self.streams.keys("write"))
