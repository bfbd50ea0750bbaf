"""What a crossbar array holds: the weights and the constants of its crosspoints."""

from __future__ import annotations

import functools
from dataclasses import InitVar, dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analogbench.api.streams import normal
from analogbench.crossbar.layout import KEPT, as_planes, curves_of, side_by_side
from analogbench.crossbar.response import W_MAX, W_MIN, Response

Numbers = NDArray[np.floating[Any]]


@dataclass
class Array:
    """The state and the constants of R arrays of one shape.

    shape: (R, outputs, inputs). constants: (PLANES, *shape), or (PLANES, R, 1, 1) where all crosspoints of an array
    are alike; see `response`. dw_min: (R, 1, 1), nominal step at w = 0, with which pulse trains are planned. c2c:
    (R, 1, 1), relative cycle-to-cycle noise of a pulse. write_noise: (R, 1, 1), standard deviation of the visible
    weight around the hidden one, in weight units; None where there is none, and then hidden and visible are the same
    tensor. by_pulse: whether single crosspoints will be pulsed, and not all of them in one pass. pulses: (R,) float64,
    pulses spent so far, in fractions where steps are expected ones.
    """

    shape: tuple[int, int, int]
    constants: InitVar[Tensor]
    response: Response
    dw_min: Tensor
    c2c: Tensor
    write_noise: Tensor | None = None
    by_pulse: bool = True
    pulses: Tensor = field(init=False)
    curves: int = field(init=False)
    hidden: Tensor = field(init=False)
    visible: Tensor = field(init=False)

    def __post_init__(self, constants: Tensor) -> None:
        self.hidden = torch.zeros(self.shape, device=constants.device)
        self.pulses = torch.zeros(self.shape[0], dtype=torch.float64, device=constants.device)
        self.visible = self.hidden if self.write_noise is None else self.hidden.clone()
        self.by_pulse = self.by_pulse and constants.device.type == "cpu"
        self.set_planes(constants)

    def set_planes(self, planes: Tensor) -> None:
        """Give the crosspoints other constants, (PLANES, R, outputs, inputs) or (PLANES, R, 1, 1)."""
        # to look into the planes would wait for a GPU, and only the CPU's kernels make use of it
        self.curves = curves_of(planes, self.response.kind) if planes.device.type == "cpu" else KEPT
        self._constants = side_by_side(planes, self.curves) if self.by_pulse else planes.contiguous()
        self.__dict__.pop("views", None)  # of the constants before

    @property
    def planes(self) -> Tensor:
        """The constants, (PLANES, R, outputs, inputs) or (PLANES, R, 1, 1); made anew if they lie otherwise."""
        return as_planes(self._constants, self.curves) if self.by_pulse else self._constants

    @property
    def bounds(self) -> tuple[Tensor, Tensor]:
        """w_min and w_max of each crosspoint."""
        if self.by_pulse:
            return self._constants[..., W_MIN], self._constants[..., W_MAX]
        return self._constants[W_MIN], self._constants[W_MAX]

    @functools.cached_property
    def views(self) -> tuple[Numbers, ...]:
        """hidden, visible, constants, those that a replica's crosspoints share, c2c, write noise (0 where there is
        none) and dw_min, (R,) each, and pulses, as numpy arrays of the same memory, for the kernels on the CPU: to make
        them costs as much as a small update. Constants of crosspoints that are all alike are those of one row."""
        write_noise = torch.zeros_like(self.dw_min) if self.write_noise is None else self.write_noise
        _, _, inputs = self.shape
        row = (-1, -1, inputs, -1) if self.by_pulse else (-1, -1, -1, inputs)
        constants = self._constants.expand(row).contiguous()
        tensors = (self.hidden, self.visible, constants, self.response.shared)
        numbers = (self.c2c, write_noise, self.dw_min, self.pulses)
        return *(t.numpy() for t in tensors), *(t.flatten().numpy() for t in numbers)

    def program(self, w: Tensor, keys: Tensor) -> None:
        """Set the weights, clipped to each crosspoint's bounds (AIHWKIT clips without the reference). w as `hidden`."""
        w_min, w_max = self.bounds
        self.hidden.copy_(torch.minimum(torch.maximum(w, w_min), w_max))
        self.write(torch.ones_like(self.hidden, dtype=torch.bool), keys)

    def write(self, touched: Tensor, keys: Tensor) -> None:
        """Draw the visible weight anew where `touched`, (R, outputs, inputs) bool."""
        if self.write_noise is not None:
            noisy = self.hidden + self.write_noise * normal(keys, *self.hidden.shape[1:])
            self.visible.copy_(torch.where(touched, noisy, self.visible))
