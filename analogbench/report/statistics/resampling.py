"""The bootstrap over settings and, in each of them, seeds."""

from __future__ import annotations

import numpy as np

from analogbench.report.statistics.contest import Contest, Numbers
from analogbench.report.statistics.summary import CONFIDENCE, SEED

RESAMPLES = 2_000


def resampled(contest: Contest, values: Numbers) -> Numbers:
    """Means over settings in samples drawn again: first settings, then for each drawn one seeds of it.

    So the spread holds both, what other tasks and devices and what other seeds would change. values: (P, K) of each
    problem. Returns (RESAMPLES, K). A setting weighs the same however many seeds it has. The same every time.
    """
    return weights(contest) @ values


def weights(contest: Contest) -> Numbers:
    """(RESAMPLES, P): how much each problem counts in each sample; rows sum to one."""
    rng = np.random.default_rng(SEED)
    number = len(contest.settings)
    drawn = rng.multinomial(number, np.full(number, 1 / number), size=RESAMPLES)  # (RESAMPLES, B) how often each
    found = np.zeros((RESAMPLES, len(contest.where)))
    for place in range(number):
        own = contest.where == place
        seeds = int(own.sum())
        # each time that a setting is drawn it has other seeds; drawing n of n seeds c times is drawing c·n
        found[:, own] = rng.multinomial(drawn[:, place] * seeds, np.full(seeds, 1 / seeds)) / seeds
    return found / number


def band(samples: Numbers) -> tuple[Numbers, Numbers]:
    """The percentile interval of each column. samples: (RESAMPLES, K)."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(samples, [tail, 1 - tail], axis=0)
    return low, high
