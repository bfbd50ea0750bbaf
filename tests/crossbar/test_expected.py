from collections.abc import Callable

import pytest
import torch

from analogbench.api.streams import Streams
from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels import choose_expected_kernel, choose_kernel, cpu, cpu_expected, expected, gpu
from analogbench.crossbar.response import W_MAX, W_MIN

CPU = torch.device("cpu")
MakeArray = Callable[..., Array]
INPUTS = 75
"""Some vectors of numbers, and a part of one."""
SPREAD = {"dw_min_dtod": 0.3, "w_max_dtod": 0.2, "w_min_dtod": 0.2, "up_down_dtod": 0.05, "reference_std": 0.02}


def gradients(samples: int, size: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """x: (3, samples, INPUTS), d: (3, samples, 5) and the rates of three replicas, whose gradients are about `size`."""
    generator = torch.Generator().manual_seed(1)
    x, d = torch.randn(3, samples, INPUTS, generator=generator), torch.randn(3, samples, 5, generator=generator)
    d[:, :, 2] = 0.0  # a row that does not learn
    return x, d, torch.tensor([1.0, -0.5, 2.0]).reshape(3, 1, 1) * size / samples**0.5


@pytest.mark.parametrize("one_hot", [False, True], ids=["dense", "one-hot"])
@pytest.mark.parametrize("samples", [1, 12, 200])
@pytest.mark.parametrize("size", [1.0, 300.0], ids=["inside", "beyond the bounds"])
@pytest.mark.parametrize("sigma", [None, torch.tensor([0.0, 0.3, 2.0]).reshape(3, 1, 1)], ids=["exact", "noisy"])
def test_the_fused_pass_follows_the_plain_one(
    samples: int, one_hot: bool, size: float, sigma: torch.Tensor | None, kind: str, make_array: MakeArray
) -> None:
    x, d, rate = gradients(samples, size)
    if one_hot:
        x[:, :, [0, *range(2, INPUTS)]] = 0.0
    arrays, pulses = [], []
    for kernel in (expected, cpu_expected):
        array = make_array(kind, 3, 5, INPUTS, by_pulse=False, **SPREAD)
        kernel.expected_update(array, x, d, rate, sigma, Streams([1, 2, 3], CPU).keys("noise"))
        pulses.append(array.pulses)
        arrays.append(array.hidden)
    torch.testing.assert_close(arrays[0], arrays[1], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(pulses[0], pulses[1], rtol=1e-5, atol=1e-5)
    assert arrays[1].abs().max() > 0.001
    if sigma is None:
        assert (arrays[1][:, 2] == 0.0).all()


def test_one_constant_for_all_crosspoints_is_enough(make_array: MakeArray) -> None:
    full = make_array("soft-bounds", 3, 5, INPUTS, by_pulse=False)
    lean = Array((3, 5, INPUTS), full.planes[:, :, :1, :1], full.response, full.dw_min, full.c2c, by_pulse=False)
    x, d, rate = gradients(4, 20.0)
    for kernel in (expected, cpu_expected):
        for array in (full, lean):
            kernel.expected_update(array, x, d, rate, None, torch.zeros(3, dtype=torch.int64))
        torch.testing.assert_close(full.hidden, lean.hidden)
    assert lean.planes[W_MAX].shape == lean.planes[W_MIN].shape == (3, 1, 1)


@pytest.mark.parametrize("alike", [False, True])
@pytest.mark.parametrize("samples", [3, 200])
def test_what_is_not_a_number_stays_so_and_stays_where_it_is(samples: int, alike: bool, make_array: MakeArray) -> None:
    x, d, rate = gradients(samples, 1.0)
    d[1, 0, 3] = float("nan")
    array = make_array("soft-bounds", 3, 5, INPUTS, by_pulse=False, **({} if alike else SPREAD))
    if alike:
        array.set_planes(array.planes[:, :, :1, :1])
    cpu_expected.expected_update(array, x, d, rate, None, torch.zeros(3, dtype=torch.int64))
    lost = torch.zeros(3, 5, dtype=torch.bool)
    lost[1, 3] = True
    assert (array.hidden.isnan() == lost[:, :, None]).all()
    assert (array.pulses.isnan() == lost.any(1)).all()


def test_kernels_are_chosen_by_torch_device() -> None:
    assert choose_kernel(torch.device("cpu")) is cpu.pulsed_update
    assert choose_kernel(torch.device("cuda")) is gpu.pulsed_update
    assert choose_expected_kernel(torch.device("cpu")) is cpu_expected.expected_update
    assert choose_expected_kernel(torch.device("cuda")) is expected.expected_update
