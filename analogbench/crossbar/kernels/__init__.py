"""One law of the pulsed update, four kernels: `reference` (plain), `cpu` (numba), `gpu_triton` (one pass over the
weights) and `gpu` (matrix products, where Triton or a curve for it is missing).

Each has a function `pulsed_update(array, x, d, lr, settings, keys)` that changes the array in place, its count of
pulses included. The expected update has two: `expected` (plain torch) and `cpu_expected` (one pass
in numba), with a function `expected_update(array, x, d, rate, sigma, keys)`.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable
from typing import Any

import torch


@functools.cache
def has_triton() -> bool:
    """Whether kernels for a GPU can be written in Triton; torch brings it along on Linux."""
    return importlib.util.find_spec("triton") is not None


def choose_kernel(device: torch.device, kind: int | None = None) -> Callable[..., Any]:
    """The fast kernel for tensors on `device` and curves of a `response` kind, if it is known."""
    if device.type == "cpu":
        from analogbench.crossbar.kernels import cpu  # imports numba, which a GPU machine may lack

        return cpu.pulsed_update
    if has_triton():
        from analogbench.crossbar.kernels import gpu_triton, gpu_triton_response

        if kind in gpu_triton_response.SUPPORTED:
            return gpu_triton.pulsed_update
    from analogbench.crossbar.kernels import gpu

    return gpu.pulsed_update


def choose_expected_kernel(device: torch.device) -> Callable[..., Any]:
    """The kernel of the expected update for tensors on `device`."""
    if device.type == "cpu":
        from analogbench.crossbar.kernels import cpu_expected

        return cpu_expected.expected_update
    from analogbench.crossbar.kernels import expected

    return expected.expected_update


def choose_product(device: torch.device) -> Callable[..., torch.Tensor]:
    """What reads an array on `device`: a function (x, array, keys, periphery, *, backward) that returns the products
    with the visible weights, bounds being managed forward only.

    x: (R, B, inputs), or backward (R, B, outputs), keys: (R,) → (R, B, outputs), or backward (R, B, inputs).
    """
    if device.type == "cpu":
        from analogbench.crossbar.kernels import cpu_product

        return cpu_product.read
    from analogbench.crossbar.kernels import gpu_product

    return gpu_product.read


def choose_pulse_count(device: torch.device) -> Callable[..., torch.Tensor]:
    """What counts the pulses that a mini-batch is expected to need, for tensors on `device`."""
    if device.type == "cpu":
        from analogbench.crossbar.kernels import cpu_pulse_count

        return cpu_pulse_count.expected_pulses
    from analogbench.crossbar import pulses

    return pulses.expected_pulses
