from collections.abc import Callable

import pytest
import torch

from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels import choose_expected_kernel, choose_kernel, cpu, cpu_expected, expected, gpu
from analogbench.crossbar.response import W_MAX, W_MIN

MakeArray = Callable[..., Array]
SPREAD = {"dw_min_dtod": 0.3, "w_max_dtod": 0.2, "w_min_dtod": 0.2, "up_down_dtod": 0.05, "reference_std": 0.02}


@pytest.mark.parametrize("size", [1.0, 300.0], ids=["inside", "beyond the bounds"])
def test_the_fused_pass_follows_the_plain_one(size: float, kind: str, make_array: MakeArray) -> None:
    steps = torch.linspace(-size, size, 90).reshape(3, 5, 6)
    arrays, pulses = [], []
    for kernel in (expected, cpu_expected):
        array = make_array(kind, 3, 5, 6, **SPREAD)
        pulses.append(kernel.expected_update(array, steps))
        arrays.append(array.hidden)
    torch.testing.assert_close(arrays[0], arrays[1], rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(pulses[0], pulses[1])
    torch.testing.assert_close(pulses[0], steps.abs().sum((1, 2)).double())


def test_one_constant_for_all_crosspoints_is_enough(make_array: MakeArray) -> None:
    full = make_array("soft-bounds", 2, 5, 6)
    lean = Array((2, 5, 6), full.planes[:, :, :1, :1], full.response, full.dw_min, full.c2c)
    steps = torch.linspace(-20, 20, 60).reshape(2, 5, 6)
    for kernel in (expected, cpu_expected):
        for array in (full, lean):
            kernel.expected_update(array, steps)
        torch.testing.assert_close(full.hidden, lean.hidden)
    assert lean.planes[W_MAX].shape == lean.planes[W_MIN].shape == (2, 1, 1)


def test_kernels_are_chosen_by_torch_device() -> None:
    assert choose_kernel(torch.device("cpu")) is cpu.pulsed_update
    assert choose_kernel(torch.device("cuda")) is gpu.pulsed_update
    assert choose_expected_kernel(torch.device("cpu")) is cpu_expected.expected_update
    assert choose_expected_kernel(torch.device("cuda")) is expected.expected_update
