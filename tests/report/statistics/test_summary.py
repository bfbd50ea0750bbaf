import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from analogbench.report.notes import method_text
from analogbench.report.statistics import summarise
from analogbench.report.statistics.summary import BOOTSTRAP_FROM

MANY = [float(i) ** 2 for i in range(BOOTSTRAP_FROM)]


def test_interval_of_three_values_by_hand() -> None:
    got = summarise([1.0, 2.0, 3.0])
    half = 4.302653 / math.sqrt(3)  # t(0.975, 2 degrees of freedom) × sd 1 / √3
    assert (got.n, got.mean, got.sd) == (3, 2.0, 1.0)
    assert got.low == pytest.approx(2.0 - half, abs=1e-6)
    assert got.high == pytest.approx(2.0 + half, abs=1e-6)


def test_one_value_has_no_spread() -> None:
    got = summarise([0.5])
    assert (got.mean, got.sd, got.low, got.high) == (0.5, None, None, None)
    assert got.scaled(100.0).mean == 50.0


@pytest.mark.parametrize("values", [[0.1] * 6, [0.7] * 30, [1e-300] * 3, [1e308] * 2])
def test_equal_values_have_no_spread(values: list[float]) -> None:
    got = summarise(values)
    assert (got.mean, got.sd, got.low, got.high) == (values[0], 0.0, values[0], values[0])


def test_scaling() -> None:
    got = summarise([0.1, 0.2, 0.3]).scaled(100.0)
    assert got.mean == pytest.approx(20.0)
    assert got.sd == pytest.approx(10.0)
    assert (got.method, summarise(MANY).scaled(2.0).method) == ("t", "BCa")


def test_many_values_have_a_bootstrap_interval() -> None:
    """scipy's own, with other draws: skewed values have a skewed interval."""
    got, rng = summarise(MANY), np.random.default_rng(0)
    other = bootstrap((MANY,), np.mean, n_resamples=50_000, method="BCa", random_state=rng).confidence_interval
    assert got.method == "BCa"
    assert (got.low, got.high) == pytest.approx((other.low, other.high), rel=0.02)
    assert got.low is not None
    assert got.high is not None
    assert got.high - got.mean > 1.1 * (got.mean - got.low)
    assert summarise(MANY) == got  # not another one every time
    assert summarise(MANY[:-1]).method == "t"


@pytest.mark.parametrize("values", [[0.1] * 30, [1e308, -1e308] * 20, [*[0.0] * 29, 1.0]])
def test_what_no_bootstrap_can_say_anything_of(values: list[float]) -> None:
    got = summarise(values)
    assert got.low is not None
    assert got.method in ("t", "BCa")


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.floats(0.1, 100))
def test_the_mean_lies_within_and_units_do_not_matter(values: list[float], factor: float) -> None:
    got = summarise(values)
    assert got.low is not None
    assert got.high is not None
    assert got.low - 1e-6 <= got.mean <= got.high + 1e-6
    other = summarise([value * factor for value in values])
    assert got.scaled(factor).high == pytest.approx(other.high, rel=1e-6, abs=1e-3)


@pytest.mark.parametrize(("n", "draw", "mean"), [(5, "normal", 0.0), (25, "normal", 0.0), (25, "exponential", 1.0)])
def test_intervals_hold_the_mean_as_often_as_they_promise(n: int, draw: str, mean: float) -> None:
    rng = np.random.default_rng(3)
    found = [summarise(getattr(rng, draw)(size=n).tolist()) for _ in range(200)]
    held = sum(one.low <= mean <= one.high for one in found if one.low is not None and one.high is not None)
    assert held / 200 == pytest.approx(0.95, abs=0.05)


def test_the_notes_say_which_interval_it_is() -> None:
    assert method_text({"t", ""}) == "95 % t-interval of the mean"
    assert method_text({"BCa"}) == "95 % BCa bootstrap interval of the mean"
    assert method_text({"BCa", "t"}).endswith("BCa bootstrap from 20 seeds on, Student's t of fewer")


def test_few_seeds_do_not_import_scipys_statistics() -> None:
    code = "import sys; from analogbench.report.statistics import summarise; summarise([1.0, 2.0, 4.0]);"
    subprocess.run([sys.executable, "-c", f"{code} assert 'scipy.stats' not in sys.modules"], check=True)
