"""The statistics of the comparison: their false-alarm rate and what they can see."""

from collections.abc import Callable

import numpy as np
import pytest
from analogbench_plugins.parity.moments import ALPHA, LEAST, compare, largest_p, quarter, sum_of_squares_p
from scipy import stats

DRAWS, ENTRIES = 1000, 30


def correlated(rng: np.random.Generator) -> np.ndarray:
    """Rare, shared, skewed: as pulses are. (DRAWS, ENTRIES)"""
    rows = rng.random((DRAWS, ENTRIES // 5, 1)) < 0.4
    columns = rng.random((DRAWS, 1, 5)) < 0.3
    return (rows & columns).reshape(DRAWS, ENTRIES) * (1.0 + 0.3 * rng.standard_normal((DRAWS, ENTRIES)))


def test_p_values_are_uniform_where_nothing_differs() -> None:
    rng = np.random.default_rng(1)
    p = {name: [] for name in ("mean", "std", "correlation", "mean²", "std²")}
    for _ in range(120):
        agreement = compare(correlated(rng), correlated(rng))
        assert agreement.passed
        for name, value in agreement.p.items():
            p[name].append(value)
    for name, values in p.items():
        assert 0.35 < np.mean(np.array(values) < 0.5) < 0.65, name
        assert np.mean(np.array(values) < 0.05) < 0.14, name


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("mean", lambda w: w + 0.15 * (np.arange(ENTRIES) == 7)),
        ("mean²", lambda w: w + 0.035 * np.where(np.arange(ENTRIES) % 2, 1, -1)),
        ("std", lambda w: w * np.where(np.arange(ENTRIES) == 7, 2.0, 1.0)),
        ("std²", lambda w: w.mean(0) + (w - w.mean(0)) * 1.2),
        ("correlation", lambda w: np.stack([np.roll(column, i) for i, column in enumerate(w.T)], axis=1)),
    ],
)
def test_each_test_sees_what_it_is_for(name: str, change: Callable[[np.ndarray], np.ndarray]) -> None:
    rng = np.random.default_rng(2)
    agreement = compare(correlated(rng), change(correlated(rng)))
    assert agreement.p[name] < ALPHA / 5
    assert not agreement.passed


def test_entries_that_never_vary_must_be_equal() -> None:
    rng = np.random.default_rng(3)
    w = rng.standard_normal((2, DRAWS, 4))
    w[:, :, 1] = 0.5
    assert compare(w[0], w[1]).passed
    assert compare(w[0], w[1]).fixed == 1
    w[1, :, 1] = 0.5001
    assert not compare(w[0], w[1]).passed


def test_sums_of_squares_of_correlated_scores() -> None:
    z = np.full(10, 2.0)
    assert sum_of_squares_p(z, np.eye(10)) == pytest.approx(stats.chi2.sf(40, 10), rel=1e-6)
    assert sum_of_squares_p(z, np.ones((10, 10))) == pytest.approx(stats.chi2.sf(4, 1), rel=1e-6)


def test_the_largest_of_many_scores() -> None:
    assert largest_p(np.array([1.0, -3.0])) == pytest.approx(1 - (1 - 2 * stats.norm.sf(3)) ** 2, rel=1e-9)
    assert largest_p(np.zeros(0)) == 1.0


def test_too_few_draws_are_refused_and_a_quarter_is_enough() -> None:
    w = np.random.default_rng(4).standard_normal((LEAST, 3))
    with pytest.raises(ValueError, match=f"at least {LEAST} draws of each, not {LEAST} and {LEAST - 1}"):
        compare(w, w[1:])
    assert [quarter(draws) for draws in (LEAST, 2 * LEAST, 40 * LEAST)] == [LEAST, LEAST, 10 * LEAST]
