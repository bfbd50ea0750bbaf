import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analogbench.records.record import Record
from analogbench.report.frame import cell_frame, newest
from analogbench.report.statistics.contest import Contest, Numbers, Setting, contests
from analogbench.report.statistics.ranks import ranks

# Demšar, Statistical Comparisons of Classifiers over Multiple Data Sets, JMLR 7 (2006), table 6: AUC of C4.5, with -m,
# with -cf, with both, on fourteen data sets; average ranks 3.143, 2.000, 2.893, 1.964. Two numbers that it prints as
# .975, in the last but one, it ranks as different.
DEMSAR = """
.763 .768 .771 .798  .599 .591 .590 .569  .954 .971 .968 .967  .628 .661 .654 .657  .882 .888 .886 .898
.936 .931 .916 .931  .661 .668 .609 .685  .583 .583 .563 .625  .775 .838 .866 .875  1 1 1 1
.940 .962 .965 .962  .619 .666 .614 .669  .972 .981 .9751 .975  .957 .978 .946 .970
"""


def contest(costs: Numbers, seeds: int = 1) -> Contest:
    """costs: (settings · seeds, algorithms)."""
    number = len(costs) // seeds
    settings = tuple(Setting("t", "", f"d{i}") for i in range(number))
    where = np.repeat(np.arange(number), seeds)
    names = tuple("abcdefgh"[: costs.shape[1]])
    return Contest("quick", names, settings, where, np.tile(np.arange(seeds), number), costs, ("loss",) * number)


def test_demsars_average_ranks() -> None:
    found = ranks(contest(-np.array(DEMSAR.split(), dtype=float).reshape(14, 4)))
    assert {row.algorithm: round(row.mean, 3) for row in found.rows} == {"a": 3.143, "b": 2.0, "c": 2.893, "d": 1.964}
    assert [row.algorithm for row in found.rows] == ["d", "b", "c", "a"]


def test_ties_share_a_rank_and_failures_are_last() -> None:
    inf = np.inf
    found = ranks(contest(np.array([[1.0, 1.0, 2.0, inf], [3.0, 1.0, inf, inf]])))
    means = {row.algorithm: row.mean for row in found.rows}
    assert means == {"a": (1.5 + 2) / 2, "b": (1.5 + 1) / 2, "c": (3 + 3.5) / 2, "d": (4 + 3.5) / 2}


def test_a_setting_counts_once_however_many_seeds_it_has() -> None:
    costs = np.array([[1.0, 2.0]] * 8 + [[2.0, 1.0]])
    settings = (Setting("t", "", "x"), Setting("t", "", "y"))
    where, seeds = np.array([0] * 8 + [1]), np.array([*range(8), 0])
    found = ranks(Contest("quick", ("a", "b"), settings, where, seeds, costs, ("loss", "loss")))
    assert [row.mean for row in found.rows] == [1.5, 1.5]
    assert found.over == "2 settings, 1 to 8 seeds each"


def test_the_same_everywhere_is_certain_and_told_apart() -> None:
    found = ranks(contest(np.tile([1.0, 2.0, 3.0], (12, 1))))
    ends = [end for row in found.rows for end in (row.mean, row.low, row.high)]
    assert ends == pytest.approx([1, 1, 1, 2, 2, 2, 3, 3, 3])
    assert found.groups == ()
    assert [pair.p_holm for pair in found.pairs] == pytest.approx([3 * 2 / 2**12] * 3)


def test_few_settings_tell_nothing_apart() -> None:
    assert ranks(contest(np.tile([1.0, 2.0, 3.0], (4, 1)))).groups == ((0, 2),)


def test_groups_overlap() -> None:
    """The first beats the third in all settings, the second is between them."""
    rng = np.random.default_rng(0)
    middle = rng.permutation([0.5, 1.5, 2.5] * 4)
    found = ranks(contest(np.stack([np.ones(12), middle, np.full(12, 2.0)], axis=1)))
    assert found.groups == ((0, 1), (1, 2))


@settings(deadline=None, max_examples=50)
@given(arrays(float, (12, 3), elements=st.sampled_from([0.1, 0.2, 0.3, 0.4, np.inf])))
def test_average_ranks_add_up_and_lie_in_their_intervals(costs: Numbers) -> None:
    found = ranks(contest(costs, seeds=3))
    assert sum(row.mean for row in found.rows) == pytest.approx(6.0)
    assert all(1 - 1e-9 <= row.low <= row.mean + 1e-9 and row.mean - 1e-9 <= row.high <= 3 + 1e-9 for row in found.rows)
    assert [row.mean for row in found.rows] == sorted(row.mean for row in found.rows)
    assert ranks(contest(costs, seeds=3)) == found  # the bootstrap draws the same every time


def test_intervals_hold_the_rank_as_often_as_they_promise() -> None:
    """Of two algorithms, the first of which wins three quarters of many settings, the mean rank is 1.25."""
    rng, held = np.random.default_rng(1), 0
    for _ in range(150):
        costs = np.where(rng.random(25) < 0.75, 0.0, 2.0)
        found = ranks(contest(np.stack([costs, np.ones(25)], axis=1)))
        (row,) = (row for row in found.rows if row.algorithm == "a")
        held += row.low <= 1.25 <= row.high
    assert held / 150 == pytest.approx(0.94, abs=0.05)


def test_from_records(grid: list[Record]) -> None:
    (one,) = contests(cell_frame(newest(grid)))
    found = ranks(one)
    assert [(row.algorithm, row.mean) for row in found.rows] == [
        ("sgd, digital", 1.0),
        ("analog-sgd", 2.25),
        ("tiki-taka", 2.75),
    ]
    assert [row.is_reference for row in found.rows] == [True, False, False]
