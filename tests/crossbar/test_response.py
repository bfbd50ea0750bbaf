from collections.abc import Callable

import pytest
import torch

from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels.cpu_response import step_size
from analogbench.crossbar.response import (
    CURVE_DOWN,
    CURVE_UP,
    SCALE_DOWN,
    SCALE_UP,
    TABLE,
    W_MAX,
    W_MIN,
    Response,
)

MakeArray = Callable[..., Array]
SPREAD = {"dw_min_dtod": 0.3, "w_max_dtod": 0.1, "w_min_dtod": 0.1, "up_down_dtod": 0.05}


def points(array: Array) -> torch.Tensor:
    """Weights spread over the inside of every crosspoint's range."""
    fraction = torch.linspace(0.04, 0.93, array.hidden.numel()).reshape(array.shape)
    return array.planes[W_MIN] + fraction * (array.planes[W_MAX] - array.planes[W_MIN])


def test_slopes_are_the_derivatives_of_the_curves(kind: str, make_array: MakeArray) -> None:
    array = make_array(kind, 1, 5, 6, **SPREAD)
    planes, response = array.planes.double(), Response(array.response.kind, array.response.shared.double())
    v, h = points(array).double(), 1e-6
    here, left, right = (response.curves(v + dv, planes) for dv in (0.0, -h, h))
    torch.testing.assert_close(here.up_slope.expand_as(v), (right.up - left.up) / (2 * h), rtol=1e-4, atol=1e-9)
    torch.testing.assert_close(here.down_slope.expand_as(v), (right.down - left.down) / (2 * h), rtol=1e-4, atol=1e-9)


def test_numba_curve_equals_torch_curve(kind: str, make_array: MakeArray) -> None:
    array = make_array(kind, 1, 4, 5, **SPREAD)
    v, planes = points(array), array.planes
    curves = array.response.curves(v, planes)
    shared = array.response.shared[0].numpy()
    for row in range(4):
        for column in range(5):
            c = planes[:, 0, row, column].numpy()
            for up, expected in ((True, curves.up), (False, curves.down)):
                scale, curve = (SCALE_UP, CURVE_UP) if up else (SCALE_DOWN, CURVE_DOWN)
                at = v[0, row, column].numpy()
                step = step_size(array.response.kind, up, at, c[scale], c[curve], c[W_MAX], c[W_MIN], shared)
                assert step == pytest.approx(expected[0, row, column].item(), rel=1e-4)


def test_soft_bounds_are_the_theorys_f_and_g(make_array: MakeArray) -> None:
    array = make_array("soft-bounds", 1, 3, 4)
    w = points(array)
    curves = array.response.curves(w, array.planes)
    f, g = (curves.down + curves.up) / 2, (curves.down - curves.up) / 2
    torch.testing.assert_close(f / 0.002, torch.ones_like(w))
    torch.testing.assert_close(g / 0.002, w / 0.6)


def test_a_table_sampled_from_soft_bounds_is_soft_bounds(make_array: MakeArray) -> None:
    array = make_array("soft-bounds", 1, 3, 4)
    table = Response(TABLE, torch.cat([torch.linspace(2, 0, 5), torch.linspace(0, 2, 5)])[None])
    w = points(array)
    expected, measured = array.response.curves(w, array.planes), table.curves(w, array.planes)
    torch.testing.assert_close(measured.up, expected.up)
    torch.testing.assert_close(measured.down, expected.down)


def test_steps_never_point_backwards_inside_the_bounds(kind: str, make_array: MakeArray) -> None:
    array = make_array(kind, 1, 5, 6, **SPREAD)
    curves = array.response.curves(points(array), array.planes)
    assert (curves.up >= 0).all()
    assert (curves.down >= 0).all()
