import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analogbench.report.statistics.paired import Pair, corrected, paired
from tests.report.conftest import ACCURACY, ERROR

VALUES = st.one_of(st.none(), st.sampled_from([0.1, 0.5, 0.9, 0.92]), st.floats(0.01, 1.0))
PAIRS = st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=8).map(
    lambda values: [Pair(seed, a, b) for seed, (a, b) in enumerate(values)]
)


def pairs(a: list[float | None], b: list[float | None]) -> list[Pair]:
    return [Pair(seed, *both) for seed, both in enumerate(zip(a, b, strict=True))]


def test_differences_within_seeds() -> None:
    a, b = [0.90, 0.92, 0.91, 0.95, 0.93], [0.88, 0.91, 0.88, 0.91, 0.93 - 0.05]
    got = paired(pairs(a, b), ACCURACY)
    assert got.difference
    expected = stats.ttest_rel(a, b)
    interval = expected.confidence_interval()
    assert (got.difference.low, got.difference.high) == pytest.approx((interval.low, interval.high))
    assert (got.wins, got.losses, got.ties, got.superiority) == (5, 0, 0, 1.0)
    assert got.p == got.least_p == 0.0625
    assert got.lead == 1
    # t = d_z √n; Hedges' (1981) table has c(4) = 0.7979
    assert got.effect == pytest.approx(0.7979 * expected.statistic / math.sqrt(5), rel=1e-4)


def test_a_logarithmic_metric_is_compared_by_ratios() -> None:
    got = paired(pairs([1e-4, 1e-3, 1e-2], [1e-3, 1e-2, 1e-1]), ERROR)
    assert got.ratio
    assert got.difference
    assert got.difference.mean == pytest.approx(-1.0)
    assert got.wins == 3  # less is better
    assert got.effect is None or got.effect > 0
    assert not paired(pairs([0.0, 1e-3], [1e-3, 1e-2]), ERROR).ratio  # zero has no logarithm


def test_a_failure_has_lost_and_is_the_largest_difference() -> None:
    got = paired(pairs([0.5, 0.6, 0.7, 0.8], [0.4, 0.3, 0.2, None]), ACCURACY)
    assert (got.wins, got.failed_a, got.failed_b) == (4, (), (3,))
    assert got.p == 0.125
    assert got.difference
    assert got.difference.n == 3
    worst = paired(pairs([None, 0.6, 0.7, 0.8], [0.4, 0.5, 0.6, 0.7]), ACCURACY)
    assert (worst.wins, worst.losses) == (3, 1)
    # the failure has rank 4, the three others tie
    assert worst.p == pytest.approx(stats.wilcoxon([-9, 1, 1, 1], method=stats.PermutationMethod()).pvalue)


def test_two_failures_tie() -> None:
    got = paired(pairs([None, 0.9], [None, 0.8]), ACCURACY)
    assert (got.wins, got.losses, got.ties, got.superiority) == (1, 0, 1, 0.75)
    nothing = paired(pairs([None], [0.5]), ACCURACY)
    assert (nothing.difference, nothing.effect, nothing.losses, nothing.p) == (None, None, 1, 1.0)


@pytest.mark.parametrize("a", [[0.95, 0.96, 0.97], [0.9, 0.1, 0.3], [0.7] * 6])
def test_no_spread_no_effect_size(a: list[float]) -> None:
    """Equal differences of decimal numbers differ in their last bits."""
    got = paired(pairs(list(a), [value - 0.03 for value in a]), ACCURACY)
    assert got.difference
    assert (got.effect, got.difference.sd, got.lead) == (None, 0.0, 1)
    assert got.difference.low == got.difference.high == got.difference.mean == pytest.approx(0.03)
    noise = paired(pairs(list(a), [value + 1e-9 * i for i, value in enumerate(a, -1)]), ACCURACY)
    assert (noise.effect, noise.lead, noise.ties) == (None, 0, len(a))


def test_of_two_seeds_no_effect_size() -> None:
    assert paired(pairs([0.5, 0.6], [0.4, 0.3]), ACCURACY).effect is None  # of two, the correction would be zero


def test_many_tiny_wins_do_not_win_the_test() -> None:
    tiny, large = [0.5001 + 1e-6 * i for i in range(15)], [0.1 + 0.001 * i for i in range(14)]
    got = paired(pairs([*tiny, *large], [0.5] * 29), ACCURACY)
    assert (got.wins, got.losses, got.lead, got.favours, got.agrees) == (15, 14, 1, -1, False)
    assert got.p == pytest.approx(stats.wilcoxon([value - 0.5 for value in (*tiny, *large)]).pvalue)
    assert paired(pairs([0.6, 0.7], [0.5, 0.5]), ACCURACY).agrees


def test_correction_for_several_comparisons() -> None:
    one = paired(pairs([0.5 + 0.1 * i for i in range(6)], [0.1] * 6), ACCURACY)
    assert one.p == 0.03125 == one.p_holm
    assert [found.p_holm for found in corrected([one, one])] == [0.0625, 0.0625]


@given(PAIRS)
def test_who_is_called_a_makes_no_difference(found: list[Pair]) -> None:
    got, other = (paired(some, ACCURACY) for some in (found, [Pair(p.seed, p.b, p.a) for p in found]))
    assert (got.wins, got.losses, got.ties) == (other.losses, other.wins, other.ties)
    assert got.wins + got.losses + got.ties == len(found)
    assert got.p == pytest.approx(other.p)
    assert got.superiority == pytest.approx(1 - other.superiority)
    assert (got.lead, got.favours) == (-other.lead, -other.favours)
    assert got.least_p <= got.p <= 1.0


@given(PAIRS)
def test_more_is_worse_where_less_is_better(found: list[Pair]) -> None:
    loss = ACCURACY.model_copy(update={"higher_is_better": False})
    assert paired(found, loss).losses == paired(found, ACCURACY).wins + sum(
        (p.a is None) - (p.b is None) for p in found
    )
