import numpy as np
import pytest

from analogbench.report.statistics.contest import Contest, Setting
from analogbench.report.statistics.resampling import band, resampled, weights

SETTINGS = tuple(Setting("t", "", device) for device in "xyz")
WHERE = np.array([0, 0, 0, 0, 1, 1, 2])
CONTEST = Contest("quick", ("a",), SETTINGS, WHERE, np.arange(7), np.zeros((7, 1)), ("loss",) * 3)


def test_a_sample_weighs_settings_alike() -> None:
    found = weights(CONTEST)
    assert found.sum(axis=1) == pytest.approx(np.ones(len(found)))
    assert found.mean(axis=0) == pytest.approx(np.array([1 / 12] * 4 + [1 / 6] * 2 + [1 / 3]), abs=0.025)
    assert (weights(CONTEST) == found).all()


def test_the_spread_is_that_of_settings_and_seeds() -> None:
    """Variance of a two-stage sample: B settings of variance s² and, in each drawn one, n seeds of variance v."""
    values = np.array([0.0, 0.0, 1.0, 1.0, 2.0, 4.0, 9.0])
    means, within = np.array([0.5, 3.0, 9.0]), np.array([0.25 / 4, 1.0 / 2, 0.0])
    expected = (means.var() + within.mean()) / 3
    assert resampled(CONTEST, values[:, None]).var() == pytest.approx(expected, rel=0.1)


def test_band() -> None:
    low, high = band(np.linspace(0.0, 1.0, 1001)[:, None])
    assert (low[0], high[0]) == pytest.approx((0.025, 0.975))
