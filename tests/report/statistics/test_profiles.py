from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analogbench.report.statistics.contest import Contest, Numbers, Setting
from analogbench.report.statistics.profiles import MOST_RATIOS, Profile, profile, ratios_of


def contest(costs: Numbers) -> Contest:
    """costs: (settings, algorithms), one seed each."""
    number = len(costs)
    settings = tuple(Setting("t", "", f"d{i}") for i in range(number))
    names = tuple("abcdefgh"[: costs.shape[1]])
    seeds = np.zeros(number, dtype=int)
    return Contest("quick", names, settings, np.arange(number), seeds, costs, ("loss",) * number)


def made(costs: Numbers) -> Profile:
    found = profile(contest(costs))
    assert found
    return found


def test_by_hand() -> None:
    """Dolan & Moré, Benchmarking optimization software with performance profiles (2002), equations 1 and 2."""
    found = made(np.array([[1.0, 2.0], [4.0, 1.0], [3.0, 3.0], [np.inf, 5.0]]))
    assert found.ratios == (1.0, 2.0, 4.0)
    a, b = found.lines
    assert a.shares == (0.5, 0.5, 0.75)  # best in two of four, at most four times the best in three, failed in one
    assert b.shares == (0.75, 1.0, 1.0)
    assert (a.failed, b.failed) == (0.25, 0.0)


def test_ratios() -> None:
    inf = np.inf
    costs = np.array([[0.0, 0.0, 1.0], [inf, inf, inf], [2.0, 1.0, inf]])
    assert ratios_of(costs).tolist() == [[1, 1, inf], [inf, inf, inf], [2, 1, inf]]


@settings(deadline=None, max_examples=50)
@given(arrays(float, (6, 3), elements=st.sampled_from([0.0, 0.1, 0.25, 1.0, 7.0, np.inf])))
def test_profiles_rise_to_what_did_not_fail(costs: Numbers) -> None:
    found = made(costs)
    for line, column in zip(found.lines, costs.T, strict=True):
        assert list(line.shares) == sorted(line.shares)
        assert line.shares[-1] <= 1 - line.failed + 1e-9
        assert line.failed == pytest.approx(np.isinf(column).mean())
        bands = zip(line.low, line.shares, line.high, strict=True)
        assert all(low - 1e-9 <= share <= high + 1e-9 for low, share, high in bands)
    if np.isfinite(costs).any(axis=1).all():
        assert sum(line.shares[0] for line in found.lines) >= 1 - 1e-9  # every problem has a best


def test_many_ratios_are_thinned() -> None:
    costs = np.stack([np.ones(900), np.linspace(1, 50, 900)], axis=1)
    found = made(costs)
    assert len(found.ratios) <= MOST_RATIOS + 1
    assert (found.ratios[0], found.ratios[-1]) == (1.0, 50.0)
    assert found.lines[1].shares[-1] == 1.0


def test_settings_without_ratios_are_left_out_and_said() -> None:
    one = replace(contest(np.array([[1.0, 2.0], [-4.0, 1.0], [3.0, 6.0]])), scales=("loss", "", "error rate"))
    found = profile(one)
    assert found
    assert (found.settings, found.ratios, found.scales) == (2, (1.0, 2.0), ("loss", "error rate"))
    assert found.notes == ("left out: 1 of 3 settings, whose metric has no ratios",)
    assert profile(replace(one, scales=("loss", "", ""))) is None
