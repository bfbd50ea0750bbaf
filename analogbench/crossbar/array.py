"""What a crossbar array holds: the weights and the constants of its crosspoints."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analogbench.api.streams import normal
from analogbench.crossbar.response import PLANES, W_MAX, W_MIN, Response

Floats = NDArray[np.float32]


@dataclass
class Array:
    """The state and the constants of R arrays of one shape.

    shape: (R, outputs, inputs). planes: (PLANES, *shape), or (PLANES, R, 1, 1) where all crosspoints of an array
    are alike; see `response`. dw_min: (R, 1, 1), nominal step at w = 0, with which pulse trains are planned. c2c:
    (R, 1, 1), relative cycle-to-cycle noise of a pulse. write_noise: (R, 1, 1), standard deviation of the visible
    weight around the hidden one, in weight units; None where there is none, and then hidden and visible are the same
    tensor.
    """

    shape: tuple[int, int, int]
    planes: Tensor
    response: Response
    dw_min: Tensor
    c2c: Tensor
    write_noise: Tensor | None = None
    hidden: Tensor = field(init=False)
    visible: Tensor = field(init=False)
    interleaved: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.hidden = torch.zeros(self.shape, device=self.planes.device)
        self.visible = self.hidden if self.write_noise is None else self.hidden.clone()
        # A pulse on the CPU reads all constants of one crosspoint: let them share a cache line. A pass on the GPU reads
        # one constant of all crosspoints: let planes be contiguous there.
        if self.planes.device.type == "cpu":
            interleaved = self.planes.permute(1, 2, 3, 0).contiguous()
            self.interleaved = interleaved.expand(*self.shape, PLANES)
            self.planes = interleaved.permute(3, 0, 1, 2)
        else:
            self.interleaved = self.planes.new_empty(0, 0, 0, PLANES)

    @functools.cached_property
    def views(self) -> tuple[Floats, ...]:
        """hidden, visible, interleaved, the shared constants, c2c and write noise (0 where there is none), (R,) each,
        as numpy arrays of the same memory, for the kernels on the CPU: to make them costs as much as a small update."""
        write_noise = torch.zeros_like(self.dw_min) if self.write_noise is None else self.write_noise
        tensors = (self.hidden, self.visible, self.interleaved, self.response.shared)
        return *(t.numpy() for t in tensors), self.c2c.flatten().numpy(), write_noise.flatten().numpy()

    def program(self, w: Tensor, keys: Tensor) -> None:
        """Set the weights, clipped to each crosspoint's bounds (AIHWKIT clips without the reference). w as `hidden`."""
        self.hidden.copy_(torch.minimum(torch.maximum(w, self.planes[W_MIN]), self.planes[W_MAX]))
        self.write(torch.ones_like(self.hidden, dtype=torch.bool), keys)

    def write(self, touched: Tensor, keys: Tensor) -> None:
        """Draw the visible weight anew where `touched`, (R, outputs, inputs) bool."""
        if self.write_noise is not None:
            noisy = self.hidden + self.write_noise * normal(keys, *self.hidden.shape[1:])
            self.visible.copy_(torch.where(touched, noisy, self.visible))
