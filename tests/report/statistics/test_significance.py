import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analogbench.report.statistics.significance import holm, least_p, sign_test, signed_rank

DARWIN = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]
"""Differences in height of his pairs of maize, in eighths of an inch (The Effects of Cross and Self Fertilisation,
1876): the sum of the negative ranks is 24, p = 0.0413."""

DIFFERENCES = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=9)


def test_darwins_maize() -> None:
    assert signed_rank(DARWIN) == pytest.approx(0.041259765625, abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 5, 12, 40])
def test_without_ties_it_is_scipys_exact_test(n: int) -> None:
    values = np.random.default_rng(n).normal(0.4, 1.0, n)
    assert signed_rank(list(values)) == pytest.approx(stats.wilcoxon(values, method="exact").pvalue)


@settings(deadline=None)
@given(DIFFERENCES)
def test_with_ties_and_zeros_it_is_what_all_signs_give(values: list[float]) -> None:
    """Pratt's test by enumeration: every sign of every difference is as likely."""
    sizes = stats.rankdata(np.abs(values))
    sizes, positive = sizes[np.array(values) != 0], np.array([v > 0 for v in values if v], dtype=bool)
    sums = [sizes[np.array(signs, dtype=bool)].sum() for signs in itertools.product((0, 1), repeat=len(sizes))]
    got, seen = signed_rank(values), sizes[positive].sum()
    tail = min(np.mean([one >= seen for one in sums]), np.mean([one <= seen for one in sums]))
    assert got == pytest.approx(min(1.0, 2 * tail))
    assert least_p(values) <= got <= 1.0


@given(DIFFERENCES)
def test_neither_side_is_preferred_and_units_do_not_matter(values: list[float]) -> None:
    assert signed_rank([-value for value in values]) == pytest.approx(signed_rank(values))
    assert signed_rank([7.5 * value for value in values]) == pytest.approx(signed_rank(values))


def test_infinite_differences_are_the_largest() -> None:
    assert signed_rank([1.0, 2.0, 3.0, math.inf]) == signed_rank([1.0, 2.0, 3.0, 4.0])
    assert signed_rank([1.0, -2.0, math.inf, math.inf]) == signed_rank([1.0, -2.0, 3.0, 3.0])
    assert signed_rank([math.inf, -math.inf]) == 1.0


def test_what_p_can_be_at_the_least() -> None:
    assert least_p([1.0] * 5) == 0.0625 == signed_rank([1.0, 2.0, 3.0, 4.0, 5.0])
    assert least_p([0.0, 1.0]) == 1.0 == signed_rank([0.0, 1.0])
    assert least_p([]) == 1.0 == signed_rank([0.0, 0.0])


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (5, 0), (1, 8), (9, 9), (30, 12)])
def test_the_sign_test_is_the_binomial_test(wins: int, losses: int) -> None:
    expected = stats.binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    assert sign_test(wins, losses) == pytest.approx(expected)


def test_holm_by_hand() -> None:
    """α = 0.05: 0.005 · 4 and 0.01 · 3 are below it, 0.03 · 2 is not, so that 0.04 is not rejected either."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])  # R's p.adjust
    assert holm([0.7, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_lies_between_p_and_bonferroni_and_keeps_the_order(ps: list[float]) -> None:
    got = holm(ps)
    assert all(p <= q + 1e-12 and q <= min(1.0, len(ps) * p) + 1e-12 for p, q in zip(ps, got, strict=True))
    assert max(got) <= 1.0
    assert min(got) == pytest.approx(min(1.0, len(ps) * min(ps)))
    ordered = [q for _, q in sorted(zip(ps, got, strict=True))]
    assert ordered == sorted(ordered)
