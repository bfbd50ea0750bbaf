"""Exact two-sided tests of paired differences, and Holm's correction for making several.

scipy's tests are exact for few values without ties only. Here values tie often (two seeds at chance, two failures), and
the number of seeds is small, so the null distribution is enumerated, whatever ties there are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

Chances: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Whole: TypeAlias = np.ndarray[Any, np.dtype[np.int_]]

ALPHA = 0.05
"""The level at which a difference is called significant."""


def signed_rank(differences: Sequence[float]) -> float:
    """p of Wilcoxon's signed-rank test: that differences are as likely negative as positive, and as large.

    Exact for any number of values. Ties share their mean rank; zeros are ranked and then left out (Pratt 1959).
    Infinite differences are the largest, and tie with each other. 1 without a difference other than zero.
    """
    doubled, signs = _ranked(differences)
    if not signs.any():
        return 1.0
    chances = _null(doubled[signs != 0])
    positive = int(doubled[signs > 0].sum())
    tail = float(min(chances[: positive + 1].sum(), chances[positive:].sum()))
    return min(1.0, 2 * tail)


def favoured(differences: Sequence[float]) -> int:
    """The sign that has the greater sum of ranks in that test; 0 if they are equal."""
    doubled, signs = _ranked(differences)
    return int(np.sign((doubled * signs).sum()))


def _ranked(differences: Sequence[float]) -> tuple[Whole, Whole]:
    """(n,) twice the ranks of the sizes: ties share ranks such as 2.5, sums of which are whole. (n,) the signs."""
    sizes = pd.Series(np.abs(differences), dtype=float)
    doubled = np.rint(2 * sizes.rank().to_numpy()).astype(int)
    return doubled, np.sign(np.asarray(differences, dtype=float)).astype(int)


def _null(doubled: Whole) -> Chances:
    """doubled: (n,) twice the ranks. Returns the chance of each sum of those that are positive, if signs are tossed."""
    chances: Chances = np.zeros(int(doubled.sum()) + 1)
    chances[0] = 1.0
    for rank in doubled:
        moved = np.roll(chances, rank)  # nothing wraps around: the last `rank` entries are still zero
        chances = (chances + moved) / 2
    return chances


def least_p(differences: Sequence[float]) -> float:
    """The smallest p that as many differences other than zero could have: all of one sign, 2/2ⁿ."""
    number = sum(1 for difference in differences if difference)
    return min(1.0, math.ldexp(2.0, -number))


def sign_test(wins: int, losses: int) -> float:
    """p of the sign test: that winning is as likely as losing; exact. Ties are left out by whoever counts."""
    number = wins + losses
    tail = sum(math.comb(number, k) for k in range(min(wins, losses) + 1))
    return min(1.0, 2 * tail / (1 << number))


def holm(ps: Sequence[float]) -> list[float]:
    """Each p corrected for the number of tests, in their order (Holm 1979).

    Rejecting where the result is at most α keeps the chance of any false rejection at α, however the tests depend on
    each other.
    """
    corrected, largest = [0.0] * len(ps), 0.0
    for place, i in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        largest = max(largest, min(1.0, (len(ps) - place) * ps[i]))
        corrected[i] = largest
    return corrected
