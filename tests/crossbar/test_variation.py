from collections.abc import Callable
from typing import Any

import pytest
import torch

from analogbench.api.streams import Streams
from analogbench.crossbar.array import Array
from analogbench.crossbar.response import CURVE_DOWN, CURVE_UP, REFERENCE, SCALE_DOWN, SCALE_UP, W_MAX, W_MIN
from analogbench.crossbar.variation import Spread, draw_planes, linear_slopes, soft_bounds_slopes

CPU = torch.device("cpu")
SHAPE = (1, 200, 300)


def planes(**spread: Any) -> torch.Tensor:
    return draw_planes(SHAPE, Spread(**({"tau": 0.6, "dw_min": 0.001} | spread)), Streams([1], CPU))


def test_without_spread_all_crosspoints_are_alike() -> None:
    p = planes(up_down=0.2)
    for plane, value in ((W_MAX, 0.6), (W_MIN, -0.6), (SCALE_UP, 0.001), (SCALE_DOWN, 0.0008), (REFERENCE, 0.0)):
        torch.testing.assert_close(p[plane], torch.full(SHAPE, value))


def test_spreads_are_as_asked_and_independent() -> None:
    p = planes(
        w_max_dtod=0.1, w_min_dtod=0.2, dw_min_dtod=0.15, up_down_dtod=0.05, reference_mean=0.1, reference_std=0.02
    )
    assert (p[W_MAX] / 0.6).std().item() == pytest.approx(0.1, rel=0.02)
    assert (p[W_MIN] / -0.6).std().item() == pytest.approx(0.2, rel=0.02)
    gain, ratio = (p[SCALE_UP] + p[SCALE_DOWN]) / 0.002, (p[SCALE_UP] - p[SCALE_DOWN]) / 0.002
    assert gain.std().item() == pytest.approx(0.15, rel=0.02)
    assert ratio.std().item() == pytest.approx(0.05, rel=0.02)
    assert p[REFERENCE].mean().item() == pytest.approx(0.1, abs=0.001)
    assert p[REFERENCE].std().item() == pytest.approx(0.02, rel=0.02)
    drawn = torch.stack([p[W_MAX], p[W_MIN], gain, ratio, p[REFERENCE]]).flatten(1)
    assert (torch.corrcoef(drawn) - torch.eye(5)).abs().max() < 0.02


def test_log_normal_gain_has_the_spread_in_its_logarithm() -> None:
    gain = planes(dw_min_dtod=0.3, dw_min_dtod_log_normal=True)[SCALE_UP] / 0.001
    assert gain.log().std().item() == pytest.approx(0.3, rel=0.02)


def test_signs_are_enforced_even_for_wild_spreads() -> None:
    p = planes(w_max_dtod=3.0, w_min_dtod=3.0, dw_min_dtod=3.0, up_down_dtod=3.0)
    assert (p[W_MAX] >= 0).all()
    assert (p[W_MIN] <= 0).all()
    assert (p[SCALE_UP] >= 0).all()
    assert (p[SCALE_DOWN] >= 0).all()


def test_up_down_moves_the_symmetric_point_and_subtracting_brings_it_back(make_array: Callable[..., Array]) -> None:
    """[P25]: up_down = u puts the symmetric point of soft bounds at uτ/(2 − u)."""
    shifted = make_array("soft-bounds", 1, 4, 5, up_down=0.3)
    at = torch.full((1, 4, 5), 0.3 * 0.6 / 1.7)
    curves = shifted.response.curves(at, shifted.planes)
    torch.testing.assert_close(curves.up, curves.down)
    spread = {"dw_min_dtod": 0.3, "w_max_dtod": 0.3, "w_min_dtod": 0.3, "up_down_dtod": 0.1}
    array = make_array("soft-bounds", 1, 4, 5, up_down=0.3, subtract_symmetry_point=True, **spread)
    curves = array.response.curves(array.hidden + array.planes[REFERENCE], array.planes)
    torch.testing.assert_close(curves.up, curves.down)


def test_slope_spread_scales_the_bounds_of_soft_bounds() -> None:
    p = soft_bounds_slopes(planes(slope_up_dtod=0.1))
    torch.testing.assert_close(p[SCALE_UP] + p[CURVE_UP] * p[W_MAX], torch.zeros(SHAPE), atol=1e-9, rtol=0)
    assert (0.6 / p[W_MAX]).std().item() == pytest.approx(0.1, rel=0.02)


def test_linear_slopes_refer_to_the_nominal_bound() -> None:
    p = planes(w_max_dtod=0.3)
    gamma = torch.full(SHAPE, 0.4)
    linear_slopes(p, gamma, 2 * gamma, 0.6)
    torch.testing.assert_close(p[SCALE_UP] + p[CURVE_UP] * 0.6, 0.6 * p[SCALE_UP])
    torch.testing.assert_close(p[SCALE_DOWN] - p[CURVE_DOWN] * 0.6, 0.2 * p[SCALE_DOWN])


def test_the_same_seed_gives_the_same_instance_at_any_place_in_a_job() -> None:
    spread = Spread(0.6, 0.001, w_max_dtod=0.3, dw_min_dtod=0.3)
    together = draw_planes((3, 4, 5), spread, Streams([5, 6, 7], CPU))
    assert torch.equal(together[:, 1:2], draw_planes((1, 4, 5), spread, Streams([6], CPU)))


def test_programming_clips_and_write_noise_shows_in_the_visible_weight_only(make_array: Callable[..., Array]) -> None:
    array = make_array("soft-bounds", 1, 100, 100, write_noise=0.01)
    array.program(torch.full((1, 100, 100), 5.0), Streams([0], CPU).keys("p"))
    torch.testing.assert_close(array.hidden, torch.full((1, 100, 100), 0.6))
    assert (array.visible - array.hidden).std().item() == pytest.approx(0.01, rel=0.05)
