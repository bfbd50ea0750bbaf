from collections.abc import Callable

import pytest
import torch
from analogbench_plugins.devices.ideal import IdealSoftBounds
from analogbench_plugins.devices.piecewise import PiecewiseStep
from analogbench_plugins.devices.pulsed import ConstantStep, ExpStep, LinearStep, PowStep, SoftBounds

from analogbench.api import Device, TileContext, stack

CPU = torch.device("cpu")
Context = Callable[..., TileContext]
PULSED = [SoftBounds, LinearStep, ConstantStep, ExpStep, PowStep, PiecewiseStep]
BOUNDED = [IdealSoftBounds, *PULSED]


@pytest.mark.parametrize("device", BOUNDED, ids=lambda d: d.name)
def test_stacked_parameters_reach_their_replica(device: type[Device], context: Context) -> None:
    params = [device.Params(tau=tau) for tau in (0.2, 0.9)]
    tile = device(stack(params, CPU)).build_tile((2, 30, 30), context(2))
    tile.program(torch.full((2, 30, 30), 9.0))
    assert tile.read().mean((1, 2)).tolist() == pytest.approx([0.2, 0.9], rel=0.1)


@pytest.mark.parametrize("device", PULSED, ids=lambda d: d.name)
def test_expected_mode_is_the_mean_of_pulsed_mode(device: type[Device], context: Context) -> None:
    x, d = torch.linspace(0.2, 1.0, 4).reshape(1, 1, 4), torch.tensor([[[0.05, -0.1, 0.02]]])
    means = []
    for mode in ("pulsed", "expected"):
        params = device.Params(mode=mode, dw_min_dtod=0.0, w_max_dtod=0.0, w_min_dtod=0.0, up_down_dtod=0.0)
        tile = device(params).build_tile((3000, 3, 4), context(3000))
        tile.program(torch.full((3000, 3, 4), 0.2))
        tile.update(x.expand(3000, -1, -1), d.expand(3000, -1, -1), 0.05)
        means.append(tile.read() - 0.2)
    error = means[0].std(0) / 3000**0.5
    assert ((means[0].mean(0) - means[1].mean(0)).abs() < 4.5 * error + 2e-5).all()


def test_the_ideal_device_follows_the_theory(context: Context) -> None:
    """W + Δ − |Δ|W/τ, [P24] eq. 5."""
    tile = IdealSoftBounds(IdealSoftBounds.Params(tau=0.8)).build_tile((2, 3, 4), context(2))
    w = torch.linspace(-0.7, 0.7, 24).reshape(2, 3, 4)
    tile.program(w)
    x, d = torch.randn(2, 5, 4), torch.randn(2, 5, 3) * 0.1
    delta = -0.1 * d.mT @ x
    tile.update(x, d, 0.1)
    torch.testing.assert_close(tile.read(), w + delta - delta.abs() * w / 0.8)
    torch.testing.assert_close(tile.forward(x), x @ tile.read().mT)


def test_gradient_noise_of_the_ideal_device(context: Context) -> None:
    tile = IdealSoftBounds(IdealSoftBounds.Params(tau=100, sigma=0.3)).build_tile((1, 200, 300), context(1))
    tile.update(torch.zeros(1, 1, 300), torch.zeros(1, 1, 200), 0.1)
    assert tile.read().std().item() == pytest.approx(0.03, rel=0.02)


@pytest.mark.parametrize("mode", ["pulsed", "expected"])
def test_a_weight_that_cannot_move_is_still_written(mode: str, context: Context) -> None:
    params = ConstantStep.Params(mode=mode, write_noise_std=10.0, dw_min_std=0.0)
    tile = ConstantStep(params).build_tile((1, 4, 5), context(1))
    tile.program(torch.full((1, 4, 5), 99.0))
    hidden, visible = tile.array.hidden.clone(), tile.read()
    x = torch.tensor([1.0, 1.0, 1.0, 0.0, 0.0]).reshape(1, 1, 5)
    tile.update(x, -torch.ones(1, 1, 4), 0.5)
    assert torch.equal(tile.array.hidden, hidden)
    changed = tile.read() != visible
    assert changed[..., :3].all()
    assert not changed[..., 3:].any()


def test_write_noise_in_both_modes(context: Context) -> None:
    for mode in ("pulsed", "expected"):
        params = SoftBounds.Params(mode=mode, write_noise_std=10.0, dw_min_std=0.0)
        tile = SoftBounds(params).build_tile((1, 100, 100), context(1))
        tile.update(torch.ones(1, 1, 100), torch.ones(1, 1, 100), 0.002)
        visible, hidden = tile.array.visible, tile.array.hidden
        assert (visible - hidden).std().item() == pytest.approx(0.01, rel=0.05)


@pytest.mark.parametrize("mode", ["pulsed", "expected"])
def test_a_table_of_soft_bounds_is_soft_bounds(mode: str, context: Context) -> None:
    """The same seed draws the same devices and pulses, and a straight line through three points is one through two."""
    tiles = []
    for device, more in ((SoftBounds, {"mult_noise": True}), (PiecewiseStep, {"up": "2 1 0", "down": "0 1 2"})):
        params = device.Params(mode=mode, w_max_dtod=0.0, w_min_dtod=0.0, up_down=0.2, dw_min=0.01, **more)
        tile = device(params).build_tile((2, 30, 40), context(2))
        tile.program(torch.linspace(-0.5, 0.5, 2400).reshape(2, 30, 40))
        for _ in range(5):
            tile.update(torch.ones(2, 3, 40) * 0.5, torch.linspace(-0.1, 0.1, 30).expand(2, 3, 30), 0.3)
        tiles.append(tile)
    torch.testing.assert_close(tiles[0].read(), tiles[1].read(), atol=2e-5, rtol=0)
    assert torch.allclose(tiles[0].pulses, tiles[1].pulses)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"up": "1 x"}, "should be numbers"),
        ({"up": "1"}, "should be 2 to 1000 numbers, not 1"),
        ({"up": "1 -1 1"}, "steps should be 0 or more"),
        ({"up": "0 0 0"}, "not all 0"),
        ({"up": "1 1 nan"}, "steps should be 0 or more"),
        ({"up": "1 1"}, "up and down should have as many numbers"),
    ],
)
def test_a_table_that_is_none_is_refused(table: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        PiecewiseStep.Params(**table)


def test_a_table_is_written_in_one_way() -> None:
    """Else equal tables would be different cells."""
    assert PiecewiseStep.Params(up="2.00  1e0 0").up == PiecewiseStep.Params(up="2 1 0").up == "2.0 1.0 0.0"
