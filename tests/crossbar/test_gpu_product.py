"""Products without a question to the device, against those of `Periphery.multiply`, of which they draw the numbers."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
import torch
from torch import Tensor

from analogbench.api.streams import Streams
from analogbench.crossbar.kernels import gpu_product
from analogbench.crossbar.periphery import Periphery

pytest.importorskip("triton", reason="torch brings Triton along on Linux only")
from analogbench.crossbar.kernels import gpu_triton_product

CPU = torch.device("cpu")
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
Multiply = Callable[..., Tensor]
SETTINGS: dict[str, dict[str, Any]] = {
    "default": {},
    "weight noise": {"w_noise": torch.full((2, 1, 1), 0.02)},
    "no noise management": {"noise_management": False},
    "continuous": {"inp_res": 0.0, "out_res": 0.0},
    "no bound management": {"bound_management": False},
}


def triton(x: Tensor, w: Tensor, keys: Tensor, settings: Periphery, *, manage_bounds: bool) -> Tensor:
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    moved = {name: value.to(DEVICE) if isinstance(value, Tensor) else value for name, value in values.items()}
    managed = manage_bounds and settings.bound_management
    largest = gpu_product.reductions(settings)[-1] if managed else 1.0
    args = (x.to(DEVICE), w.to(DEVICE), keys.to(DEVICE))
    return gpu_triton_product.multiply(*args, Periphery(**moved), largest).cpu()


def operands() -> tuple[Tensor, Tensor]:
    """x: (2, 9, 70), w: (2, 33, 70). Some vectors clip, at the first and at later reductions; one is zero, one NaN."""
    generator = torch.Generator().manual_seed(3)
    x, w = torch.randn(2, 9, 70, generator=generator), torch.randn(2, 33, 70, generator=generator) * 0.2
    x[0, 3], w[0, 5], x[0, 4], w[0, 7] = 0.9, 0.6, 1.0, 1.1
    x[1, 2], x[1, 4, 3] = 0.0, float("nan")
    return x, w


@pytest.mark.parametrize("manage_bounds", [True, False], ids=["forward", "backward"])
@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("multiply", [gpu_product.multiply, triton], ids=["plain", "triton"])
def test_products_are_those_of_the_periphery(multiply: Multiply, name: str, manage_bounds: bool) -> None:
    x, w = operands()
    settings = Periphery(False, out_noise=torch.tensor([0.06, 0.0]).reshape(2, 1, 1), **SETTINGS[name])
    keys = Streams([1, 2], CPU).keys("reads")
    expected = settings.multiply(x, w, keys, manage_bounds=manage_bounds)
    y = multiply(x, w, keys, settings, manage_bounds=manage_bounds)
    assert torch.equal(y.isnan(), expected.isnan())
    steps = (y - expected).nan_to_num(0.0).abs() / (24 / 510)
    assert (steps > 1e-2).float().mean() < 0.01  # where a sum differs in its last digit, rounding may tip over
    assert (y[1, 2] == 0.0).all()


def test_most_of_the_vectors_here_do_clip() -> None:
    """Else the tests above would show less than they say."""
    x, w = operands()
    once = Periphery(False, out_noise=torch.zeros(2, 1, 1), bound_management=False)
    full = Periphery(False, out_noise=torch.zeros(2, 1, 1))
    keys = Streams([1, 2], CPU).keys("reads")
    a, b = (p.multiply(x, w, keys, manage_bounds=True) for p in (once, full))
    assert ((a - b).nan_to_num(0.0).abs().amax(-1) > 1.0).sum() >= 2


@pytest.mark.parametrize("multiply", [gpu_product.multiply, triton], ids=["plain", "triton"])
def test_the_transposed_matrix_need_not_be_contiguous(multiply: Multiply) -> None:
    x, w = operands()
    settings = Periphery(False, out_noise=torch.zeros(2, 1, 1))
    keys = Streams([1, 2], CPU).keys("reads")
    y = multiply(x, w.mT.contiguous().mT, keys, settings, manage_bounds=True)
    torch.testing.assert_close(y, multiply(x, w, keys, settings, manage_bounds=True), equal_nan=True)


@pytest.mark.parametrize(
    ("settings", "factors"),
    [({}, [1, 2, 4, 8, 16]), ({"inp_res": 0.0}, [2**n for n in range(11)]), ({"max_bm_factor": 2.0}, [1, 2, 4])],
)
def test_reductions_end_where_aihwkits_do(settings: dict[str, Any], factors: list[int]) -> None:
    assert gpu_product.reductions(Periphery(False, out_noise=torch.zeros(1, 1, 1), **settings)) == factors


def test_perfect_converters_are_a_matrix_product() -> None:
    x, w = operands()
    p, keys = Periphery(True, out_noise=torch.zeros(2, 1, 1)), Streams([1, 2], CPU).keys("reads")
    y = gpu_product.multiply(x, w, keys, p, manage_bounds=True)
    torch.testing.assert_close(y, x @ w.mT, equal_nan=True)
