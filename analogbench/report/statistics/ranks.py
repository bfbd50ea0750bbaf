"""Average ranks over tasks, devices and seeds, and which algorithms they do not tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analogbench.report.statistics.contest import Contest, Numbers, in_settings, seeds_text
from analogbench.report.statistics.resampling import band, resampled
from analogbench.report.statistics.significance import ALPHA, holm, signed_rank


@dataclass(frozen=True)
class AverageRank:
    """Of one algorithm: its mean rank, 1 being the best, and the 95 % bootstrap interval of it."""

    algorithm: str
    mean: float
    low: float
    high: float
    is_reference: bool = False


@dataclass(frozen=True)
class RankPair:
    """Two algorithms, the better one first, and p of Wilcoxon's signed-rank test over the settings, Holm-corrected."""

    first: str
    second: str
    p_holm: float


@dataclass(frozen=True)
class Ranks:
    """The ranking over all settings of a contest.

    rows: best first. pairs: every two of them. groups: first and last row of each longest run of rows that no pair in
    it tells apart. over: how many settings and seeds. notes: what is left out, what is stale.
    """

    budget: str
    rows: tuple[AverageRank, ...]
    pairs: tuple[RankPair, ...]
    groups: tuple[tuple[int, int], ...]
    settings: int
    over: str
    notes: tuple[str, ...]


def ranks(contest: Contest) -> Ranks:
    """Rank within each setting and seed, ties sharing their mean rank and failures the last ones, then average."""
    each = pd.DataFrame(contest.costs).rank(axis=1).to_numpy(dtype=float)  # (P, S)
    means = in_settings(contest, each).mean(axis=0)
    low, high = band(resampled(contest, each))
    order = [int(i) for i in np.argsort(means, kind="stable")]
    names = contest.algorithms
    rows = [
        AverageRank(names[i], float(means[i]), float(low[i]), float(high[i]), names[i] in contest.reference)
        for i in order
    ]
    pairs = _pairs(contest, order)
    return Ranks(
        budget=contest.budget,
        rows=tuple(rows),
        pairs=pairs,
        groups=tuple(_groups([row.algorithm for row in rows], pairs)),
        settings=len(contest.settings),
        over=seeds_text(contest),
        notes=contest.notes,
    )


def _pairs(contest: Contest, order: Sequence[int]) -> tuple[RankPair, ...]:
    """Each pair on its own, as Benavoli et al. (2016) advise: no third algorithm changes what two are to each other."""
    couples = list(combinations(order, 2))
    ps = holm([signed_rank(list(_advantage(contest, i, j))) for i, j in couples])
    names = contest.algorithms
    return tuple(RankPair(names[i], names[j], p) for (i, j), p in zip(couples, ps, strict=True))


def _advantage(contest: Contest, i: int, j: int) -> Numbers:
    """(B,) in each setting, the share of seeds in which i is better minus that in which j is."""
    ours, others = contest.costs[:, i], contest.costs[:, j]
    better = (ours < others).astype(float) - (ours > others).astype(
        float
    )  # a difference of two failures is not a number
    return in_settings(contest, better)


def _groups(names: Sequence[str], pairs: Sequence[RankPair]) -> Iterator[tuple[int, int]]:
    apart = {(pair.first, pair.second) for pair in pairs if pair.p_holm <= ALPHA}
    reached = -1
    for first in range(len(names)):
        last = first
        while last + 1 < len(names) and all((name, names[last + 1]) not in apart for name in names[first : last + 1]):
            last += 1
        if last > max(first, reached):
            yield first, last
        reached = max(reached, last)
