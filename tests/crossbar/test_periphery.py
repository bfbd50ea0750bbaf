from collections.abc import Callable
from typing import Any

import pytest
import torch

from analogbench.api.streams import Streams
from analogbench.crossbar.periphery import Periphery

CPU = torch.device("cpu")


def periphery(noise: float = 0.0, **settings: Any) -> Periphery:
    return Periphery(False, out_noise=torch.full((1, 1, 1), noise), **settings)


def product(
    p: Periphery, x: torch.Tensor, w: torch.Tensor, *, manage_bounds: bool = True, seed: int = 0
) -> torch.Tensor:
    return p.multiply(x, w, Streams([seed], CPU).keys("reads"), manage_bounds=manage_bounds)


@pytest.fixture
def xw() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    return torch.randn(1, 50, 20, generator=generator), torch.randn(1, 9, 20, generator=generator) * 0.2


def test_fine_converters_without_noise_are_exact(xw: tuple[torch.Tensor, torch.Tensor]) -> None:
    x, w = xw
    exact = x @ w.mT
    torch.testing.assert_close(product(periphery(inp_res=0.0, out_res=0.0), x, w), exact)
    torch.testing.assert_close(product(Periphery(True, out_noise=torch.zeros(1, 1, 1)), x, w), exact)


def test_outputs_are_multiples_of_the_adc_step_times_the_scale(xw: tuple[torch.Tensor, torch.Tensor]) -> None:
    x, w = xw
    scale = x.abs().amax(-1, keepdim=True)
    levels = product(periphery(0.06), x, w) / scale / (24 / 510)
    torch.testing.assert_close(levels, levels.round(), atol=1e-3, rtol=0)


def test_inputs_are_rounded_to_the_dac_step(xw: tuple[torch.Tensor, torch.Tensor]) -> None:
    x, _ = xw
    volts = product(periphery(out_res=0.0), x, torch.eye(20)[None]) / x.abs().amax(-1, keepdim=True)
    torch.testing.assert_close(volts * 63, (volts * 63).round(), atol=1e-3, rtol=0)
    assert (volts - x / x.abs().amax(-1, keepdim=True)).abs().max() <= 0.5 / 63 + 1e-6


def test_read_noise_scales_with_the_largest_input() -> None:
    x = torch.zeros(1, 4000, 4)
    x[..., 0] = 3.0
    y = product(periphery(0.06, out_res=0.0), x, torch.zeros(1, 6, 4))
    assert y.std().item() == pytest.approx(3 * 0.06, rel=0.02)
    assert y.mean().item() == pytest.approx(0.0, abs=0.005)
    assert (torch.corrcoef(y[0].T) - torch.eye(6)).abs().max() < 0.07


def test_weight_noise_scales_with_the_norm_of_the_input() -> None:
    x = torch.ones(1, 4000, 9)
    y = product(periphery(w_noise=torch.full((1, 1, 1), 0.02), inp_res=0.0, out_res=0.0), x, torch.zeros(1, 6, 9))
    assert y.std().item() == pytest.approx(0.02 * 3, rel=0.02)


def test_bound_management_recovers_what_clips_in_the_forward_pass_only() -> None:
    x, w = torch.ones(1, 1, 40), torch.full((1, 1, 40), 0.6)  # exact product 24, ADC bound 12
    assert product(periphery(), x, w).item() == pytest.approx(24.0, rel=0.02)
    assert product(periphery(), x, w, manage_bounds=False).item() == pytest.approx(12.0)
    assert product(periphery(bound_management=False), x, w).item() == pytest.approx(12.0)


def test_bound_management_gives_up_at_its_largest_reduction() -> None:
    x, w = torch.ones(1, 1, 4000), torch.full((1, 1, 4000), 0.6)  # exact 2400; reductions up to 0.25 · 126 allow 16
    assert product(periphery(), x, w).item() == pytest.approx(12.0 * 16)


def test_a_zero_vector_gives_noise_only_and_nan_stays_nan() -> None:
    x, w = torch.zeros(1, 2, 5), torch.ones(1, 3, 5)
    x[0, 1, 2] = float("nan")
    y = product(periphery(0.06), x, w)
    assert y[0, 0].abs().max() < 0.4
    assert y[0, 1].isnan().all()


@pytest.mark.parametrize("settings", [{}, {"noise_management": False}, {"inp_res": 0.0}, {"out_bound": 0.5}])
def test_company_does_not_change_a_replica(settings: dict[str, Any], xw: tuple[torch.Tensor, torch.Tensor]) -> None:
    x, w = (torch.cat([t, 3 * t, t * float("nan")]) for t in xw)
    together = Periphery(False, out_noise=torch.full((3, 1, 1), 0.06), **settings)
    y = together.multiply(x, w, Streams([8, 9, 10], CPU).keys("reads"), manage_bounds=True)
    alone = product(periphery(0.06, **settings), x[1:2], w[1:2], seed=9)
    assert torch.equal(y[1], alone[0])


BATCHES = pytest.mark.parametrize("samples", [1, 7, 40], ids=["one sample", "skinny", "many samples"])


@BATCHES
@pytest.mark.parametrize("one_hot", [False, True], ids=["dense", "one-hot"])
@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"perfect": True},
        {"out_res": 0.0, "noise_management": False},
        {"out_bound": 0.3},  # nearly everything clips
        {"w_noise": torch.full((3, 1, 1), 0.05), "out_bound": 1.0},
    ],
    ids=["default", "perfect", "no ADC", "clipping", "weight noise"],
)
def test_the_fast_product_follows_the_plain_one(
    samples: int, one_hot: bool, backward: bool, settings: dict[str, Any]
) -> None:
    generator = torch.Generator().manual_seed(5)
    x, w = torch.randn(3, samples, 37, generator=generator), torch.randn(3, 19, 37, generator=generator) * 0.3
    x[0, 0] = 0.0
    x[:, :, 3:30] = 0.0  # columns that no sample uses
    if backward:
        x, w = torch.randn(3, samples, 19, generator=generator), w.mT
    if one_hot:
        x[:, :, 2:] = x[:, :, :1] = 0.0
    p = Periphery(**({"perfect": False, "out_noise": torch.full((3, 1, 1), 0.06)} | settings))
    keys = Streams([1, 2, 3], CPU).keys("reads")
    fast, plain = (multiply(x, w, keys, manage_bounds=not backward) for multiply in (p.multiply, p.multiply_plainly))
    scale = x.abs().amax(-1, keepdim=True)
    # the last digit may tip a value over to the next step of a converter
    assert ((fast - plain).abs() <= 16 * p.out_step * scale + 1e-5).all()
    assert ((fast - plain).abs() > 1e-4).float().mean() < 0.005


def test_reads_are_reproducible_and_differ_between_calls(context: Callable[..., Any]) -> None:
    keys = Streams([1], CPU)
    x, w = torch.ones(1, 3, 4), torch.ones(1, 2, 4)
    p, first = periphery(0.06, out_res=0.0), keys.keys("reads")
    assert torch.equal(p.multiply(x, w, first, manage_bounds=True), p.multiply(x, w, first, manage_bounds=True))
    assert not torch.equal(
        p.multiply(x, w, first, manage_bounds=True), p.multiply(x, w, keys.keys("reads"), manage_bounds=True)
    )
