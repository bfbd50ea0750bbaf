"""The converters around an array: what a matrix product through DACs, noisy wires and ADCs returns.

As AIHWKIT does it (IOParameters): scale each vector by its largest entry (noise management), quantise and clip the
input, multiply, add Gaussian noise, quantise and clip the output, scale back. Iterative bound management, forward only,
halves the input of a vector until nothing clips.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from analogbench.api.streams import mix, normal
from analogbench.crossbar.kernels.converters import finish, prepare


@dataclass(frozen=True)
class Periphery:
    """Settings of the converters; bounds and noise in units of the largest weight times the largest input.

    perfect: exact products. inp_res, out_res: one step as a fraction of the whole range (0: no quantisation).
    inp_bound, out_bound: clipping. out_noise: (R, 1, 1), Gaussian noise at each output. w_noise: (R, 1, 1), weight
    noise seen at the output, σ‖x‖₂ξ. max_bm_factor: up to this reduction bound management halves the input once more;
    max_bm_res limits it to max_bm_res/(2·inp_bound·inp_res).
    """

    perfect: bool
    out_noise: Tensor
    w_noise: Tensor | None = None
    inp_bound: float = 1.0
    inp_res: float = 1 / 126
    out_bound: float = 12.0
    out_res: float = 1 / 510
    noise_management: bool = True
    bound_management: bool = True
    max_bm_factor: float = 1000.0
    max_bm_res: float = 0.25

    @property
    def inp_step(self) -> float:
        """One step of the DAC; 0: no quantisation."""
        return 2.0 * self.inp_bound * self.inp_res

    @property
    def out_step(self) -> float:
        """One step of the ADC; 0: no quantisation."""
        return 2.0 * self.out_bound * self.out_res

    @property
    def largest_reduction(self) -> float:
        """Bound management divides an input by 2, 4, … up to this."""
        by_resolution = self.max_bm_res / self.inp_step if self.inp_step > 0 and self.max_bm_res > 0 else float("inf")
        return 2.0 * min(self.max_bm_factor, by_resolution)  # AIHWKIT halves once more after the limit

    @functools.cached_property
    def numbers(self) -> tuple[Any, ...]:
        """All settings as the CPU's kernels want them."""
        from analogbench.crossbar.kernels import cpu_product  # imports numba, which a GPU machine may lack

        return cpu_product.numbers(self)

    def multiply(self, x: Tensor, w: Tensor, keys: Tensor, *, manage_bounds: bool) -> Tensor:
        """x: (R, B, m), w: (R, n, m), keys: (R,) → (R, B, n)."""
        if x.device.type == "cpu":
            from analogbench.crossbar.kernels import cpu_product

            return cpu_product.multiply(x, w, keys, self, manage_bounds=manage_bounds)
        from analogbench.crossbar.kernels import gpu_product

        return gpu_product.multiply(x, w, keys, self, manage_bounds=manage_bounds)

    def multiply_plainly(self, x: Tensor, w: Tensor, keys: Tensor, *, manage_bounds: bool) -> Tensor:
        """`multiply` in plain torch: what the kernels answer to."""
        if self.perfect:
            return torch.bmm(x, w.mT)
        y, clipped = self._pass(x, w, 1.0, keys)
        if not (manage_bounds and self.bound_management):
            return y
        reduction = 2.0
        while reduction <= self.largest_reduction and bool(clipped.any()):
            keys = mix(keys + 1)
            again, still = self._pass(x, w, reduction, keys)
            y = torch.where(clipped, again, y)
            clipped, reduction = clipped & still, reduction * 2.0
        return y

    def _pass(self, x: Tensor, w: Tensor, reduction: float, keys: Tensor) -> tuple[Tensor, Tensor]:
        """One analog product at a reduced input: (R, B, n), and whether a vector clipped, (R, B, 1) bool."""
        volts, scale = prepare(x, self.noise_management, reduction, self.inp_step, self.inp_bound)
        y = torch.bmm(volts, w.mT)
        if self.w_noise is not None:
            y = y + self.w_noise * volts.norm(dim=-1, keepdim=True) * normal(mix(keys + 7), *y.shape[1:])
        return finish(y, scale, self.out_noise, self.out_step, self.out_bound, keys)
