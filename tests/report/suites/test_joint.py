import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t, ttest_ind_from_stats

from analogbench.report.suites.joint import Joint, Sample, joint_interval

numbers = st.floats(-1e3, 1e3)
spreads = st.floats(1e-3, 1e3)
counts = st.integers(2, 30)


@given(numbers, spreads, counts, numbers, spreads, counts)
def test_welch_agrees_with_scipy(m1: float, s1: float, n1: int, m2: float, s2: float, n2: int) -> None:
    joint = joint_interval(Sample(m1, s1, n1), Sample(m2, s2, n2))
    assert joint is not None
    p = ttest_ind_from_stats(m1, s1, n1, m2, s2, n2, equal_var=False).pvalue
    if abs(p - 0.05) > 1e-9:
        assert (abs(m1 - m2) <= joint.half) == (p > 0.05)


def test_welch_by_hand() -> None:
    joint = joint_interval(Sample(0.0, 3.0, 9), Sample(0.0, 4.0, 16))  # variances of the means 1 and 1
    assert joint is not None
    freedom = 4 / (1 / 8 + 1 / 15)
    assert joint.half == pytest.approx(t.ppf(0.975, freedom) * math.sqrt(2))
    assert not joint.borrowed


@pytest.mark.parametrize("other", [Sample(5.0, None, 1), Sample(5.0, None, 3), Sample(5.0, 0.3, 1)])
def test_one_spread_stands_for_both(other: Sample) -> None:
    joint = joint_interval(Sample(5.1, 0.2, 4), other)
    assert joint == joint_interval(other, Sample(5.1, 0.2, 4))
    assert joint is not None
    assert joint.borrowed
    assert joint.half == pytest.approx(t.ppf(0.975, 3) * 0.2 * math.sqrt(1 / 4 + 1 / other.n))


def test_no_spread_no_interval() -> None:
    assert joint_interval(Sample(1.0, None, 3), Sample(1.0, None, 1)) is None


def test_vanishing_and_huge_spreads() -> None:
    assert joint_interval(Sample(1.0, 0.0, 3), Sample(1.0, 0.0, 3)) == Joint(0.0)
    assert joint_interval(Sample(1.0, 1e300, 3), Sample(1.0, 1e300, 3)) is None
    assert joint_interval(Sample(1.0, 1e-200, 3), Sample(1.0, 1e-200, 3)) == Joint(0.0)
