"""Products through the converters without asking the device for anything: what `Periphery.multiply` does on a GPU.

Iterative bound management halves the input of a vector until none of its outputs clips. Whether one does is known on
the device only, and to ask it would stop the host, and the capture of steps as a CUDA graph, at every product. A vector
draws its noise by the number of the halving, so those who do not clip never notice that others do. That leaves two
forms with the same numbers: the Triton kernel lets each vector go on by itself (`gpu_triton_product`), and the plain
one here makes all halvings of all vectors and keeps of each the first that did not clip.

To exclude clipping beforehand, so as to need no halvings, does not help: noise is bounded (Box-Muller with 24 bits
ends at 5.8 standard deviations), but with weights up to 0.6 and a converter that clips at 12 only arrays of fewer
than 20 inputs would be safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from analogbench.api.streams import mix, normal
from analogbench.crossbar import kernels
from analogbench.crossbar.kernels.converters import finish, prepare

if TYPE_CHECKING:
    from analogbench.crossbar.array import Array
    from analogbench.crossbar.periphery import Periphery


def multiply(x: Tensor, w: Tensor, keys: Tensor, settings: Periphery, *, manage_bounds: bool) -> Tensor:
    """x: (R, B, m), w: (R, n, m), keys: (R,) → (R, B, n)."""
    if settings.perfect:
        return torch.bmm(x, w.mT)
    factors = reductions(settings) if manage_bounds and settings.bound_management else [1.0]
    if x.is_cuda and kernels.has_triton():
        from analogbench.crossbar.kernels import gpu_triton_product

        return gpu_triton_product.multiply(x, w, keys, settings, factors[-1])
    return _multiply(x, w, keys, settings, factors)


def read(x: Tensor, array: Array, keys: Tensor, settings: Periphery, *, backward: bool) -> Tensor:
    """`multiply` with the visible weights of an array: see `kernels.choose_product`."""
    w = array.visible.mT if backward else array.visible
    return multiply(x, w, keys, settings, manage_bounds=not backward)


def reductions(settings: Periphery) -> list[float]:
    """What inputs are divided by, one halving after the other: 1, 2, 4 and so on, at default settings up to 16."""
    factors = [1.0]
    while 2.0 * factors[-1] <= settings.largest_reduction:
        factors.append(2.0 * factors[-1])
    return factors


def _multiply(x: Tensor, w: Tensor, keys: Tensor, settings: Periphery, factors: list[float]) -> Tensor:
    """`multiply` in plain torch: all halvings in one product, so that W is read once."""
    inputs = [
        prepare(x, settings.noise_management, factor, settings.inp_step, settings.inp_bound) for factor in factors
    ]
    products = torch.bmm(torch.cat([volts for volts, _ in inputs], dim=1), w.mT).chunk(len(factors), dim=1)
    result, clipped = None, torch.ones(())
    for (volts, scale), product in zip(inputs, products, strict=True):
        y = product
        if settings.w_noise is not None:
            y = y + settings.w_noise * volts.norm(dim=-1, keepdim=True) * normal(mix(keys + 7), *y.shape[1:])
        once, beyond = finish(y, scale, settings.out_noise, settings.out_step, settings.out_bound, keys)
        result, clipped = (once, beyond) if result is None else (torch.where(clipped, once, result), clipped & beyond)
        keys = mix(keys + 1)
    assert result is not None  # there is at least the factor 1
    return result
