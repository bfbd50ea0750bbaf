"""Two algorithms over the seeds that they share.

The same seed means the same initial weights, order of data and device instance for both, so their values are compared
within each seed: what a seed does to both cancels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scipy.special import gammaln

from analogbench.records.record import MetricInfo
from analogbench.report.statistics.significance import favoured, holm, least_p, signed_rank
from analogbench.report.statistics.summary import Summary, summarise

RESOLUTION = 1e-6
"""Of differences, relative to the values: what is finer is noise of single precision, and counts as a tie."""


@dataclass(frozen=True)
class Pair:
    """What both came to with one seed, in the metric's own units; None stands for a failure."""

    seed: int
    a: float | None
    b: float | None


@dataclass(frozen=True)
class Paired:
    """What the pairs say.

    wins, losses, ties: of `a`, over all pairs. One that failed has lost its pair; two failures tie.
    failed_a, failed_b: the seeds of failures. a, b: each over the pairs in which neither failed, as is `difference`: of
    a − b or, where `ratio`, of log10(a / b); without spread where that is below `RESOLUTION`. effect: Hedges' g of the
    paired differences, positive where `a` is better; None of fewer than three, or where they are all the same.
    superiority: the chance that `a` is better, ties half. p: of Wilcoxon's signed-rank test over all pairs, a failure
    being the largest difference. favours: for whom the ranks speak, and so p: 1 for `a`, −1 for `b`, 0 for neither;
    that need not be the one that has won more pairs. least_p: what p could be at the least. p_holm: p corrected for the
    number of comparisons; p itself until `corrected`.
    """

    pairs: tuple[Pair, ...]
    wins: int
    losses: int
    ties: int
    failed_a: tuple[int, ...]
    failed_b: tuple[int, ...]
    a: Summary | None
    b: Summary | None
    difference: Summary | None
    ratio: bool
    effect: float | None
    superiority: float
    p: float
    favours: int
    least_p: float
    p_holm: float

    @property
    def lead(self) -> int:
        """1 where `a` is ahead, −1 where `b` is, 0 where neither: by pairs won and, where as many, by the effect."""
        if self.wins != self.losses:
            return 1 if self.wins > self.losses else -1
        effect = self.effect or 0.0
        return 0 if abs(effect) < RESOLUTION else 1 if effect > 0 else -1

    @property
    def agrees(self) -> bool:
        """Whether the ranks, and so p, speak for the one that is ahead."""
        return self.favours == self.lead


def paired(pairs: Sequence[Pair], metric: MetricInfo, ratios: bool = False) -> Paired:
    """Compare at least one pair. metric: says which is better. ratios: whether they are what counts, as they are on a
    logarithmic axis in any case."""
    whole = [(pair.a, pair.b) for pair in pairs if pair.a is not None and pair.b is not None]
    ratio = (ratios or metric.log_axis) and all(min(both) > 0 for both in whole)
    differences = [math.log10(a) - math.log10(b) if ratio else a - b for a, b in whole]
    sign = 1.0 if metric.higher_is_better else -1.0
    finest = RESOLUTION * (1.0 if ratio else max((abs(value) for both in whole for value in both), default=0.0) or 1.0)
    rest = iter([_rounded(difference, finest) for difference in differences])
    advantages = [_failed(pair) if pair.a is None or pair.b is None else sign * next(rest) for pair in pairs]
    wins, losses = (sum(1 for advantage in advantages if turn * advantage > 0) for turn in (1, -1))
    p = signed_rank(advantages)
    difference = _difference(differences, finest) if whole else None
    return Paired(
        pairs=tuple(pairs),
        wins=wins,
        losses=losses,
        ties=len(pairs) - wins - losses,
        failed_a=tuple(pair.seed for pair in pairs if pair.a is None),
        failed_b=tuple(pair.seed for pair in pairs if pair.b is None),
        a=summarise([a for a, _ in whole]) if whole else None,
        b=summarise([b for _, b in whole]) if whole else None,
        difference=difference,
        ratio=ratio,
        effect=_hedges(difference, sign) if difference else None,
        superiority=(wins + (len(pairs) - wins - losses) / 2) / len(pairs),
        p=p,
        favours=favoured(advantages),
        least_p=least_p(advantages),
        p_holm=p,
    )


def corrected(found: Sequence[Paired]) -> list[Paired]:
    """The same with Holm's correction for having compared as often."""
    return [replace(one, p_holm=p) for one, p in zip(found, holm([one.p for one in found]), strict=True)]


def _failed(pair: Pair) -> float:
    """The advantage of `a` in a pair with a failure."""
    if pair.a is None and pair.b is None:
        return 0.0
    return -math.inf if pair.a is None else math.inf


def _difference(differences: Sequence[float], finest: float) -> Summary:
    """Those that are spread no wider than what is noise are all the same."""
    summary = summarise(differences)
    return summarise([summary.mean] * summary.n) if summary.sd and summary.sd <= finest else summary


def _hedges(difference: Summary, sign: float) -> float | None:
    """Mean over standard deviation, d_z, without its bias in small samples (Hedges 1981). sign: of what is better."""
    degrees = difference.n - 1
    if degrees < 2 or not difference.sd or not math.isfinite(difference.mean / difference.sd):
        return None
    unbiased = math.exp(gammaln(degrees / 2) - gammaln((degrees - 1) / 2)) / math.sqrt(degrees / 2)
    return unbiased * sign * difference.mean / difference.sd


def _rounded(difference: float, finest: float) -> float:
    """To a multiple of `finest`; as it is where there is none."""
    steps = difference / finest if finest else math.inf
    return finest * round(steps) if math.isfinite(steps) else difference
