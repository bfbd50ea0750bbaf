"""Mean, spread and interval over seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import stdtrit  # the t quantile; scipy.stats has it too but takes a second to import

CONFIDENCE = 0.95

BOOTSTRAP_FROM = 20
"""So many values have a bootstrap interval. With fewer it is too narrow: docs/statistics.md measures by how much."""

RESAMPLES = 9_999

SEED = 20_240_612
"""Of the bootstrap: the same values have the same interval, on every machine and at every time."""

LARGEST = 1e150
"""Numbers beyond it are compared and listed, but neither grouped nor drawn: their squares and ranges overflow."""

Method: TypeAlias = Literal["", "t", "BCa"]
"""How an interval was made: Student's t, the bias-corrected and accelerated bootstrap, or, of one value, not at all."""


@dataclass(frozen=True)
class Summary:
    """Of n values: mean, sample standard deviation, two-sided interval of the mean. One value has a mean only.

    method: of the interval.
    """

    n: int
    mean: float
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    method: Method = ""

    def scaled(self, factor: float) -> Summary:
        """The same in another unit. factor: positive."""
        sd, low, high = (None if number is None else number * factor for number in (self.sd, self.low, self.high))
        return replace(self, mean=self.mean * factor, sd=sd, low=low, high=high)


def summarise(values: Sequence[float]) -> Summary:
    """Describe at least one value: with Student's t interval, or BCa's from `BOOTSTRAP_FROM` values on.

    Equal values have no spread, and their interval is a point, whatever rounding their sum would suffer.
    """
    n = len(values)
    if n > 1 and min(values) == max(values) and math.isfinite(values[0]):
        return Summary(n, float(values[0]), 0.0, float(values[0]), float(values[0]), method="t")
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(np.mean(values))
        if n == 1:
            return Summary(1, mean)
        sd = float(np.std(values, ddof=1))
    if n >= BOOTSTRAP_FROM and 0 < sd < LARGEST:
        return Summary(n, mean, sd, *bca(values), method="BCa")
    half = t_half(n, sd)
    return Summary(n, mean, sd, mean - half, mean + half, method="t")


def t_half(n: int, sd: float) -> float:
    """Half of Student's t interval of the mean of n > 1 values."""
    return float(stdtrit(n - 1, 0.5 + CONFIDENCE / 2)) * sd / math.sqrt(n)


def bca(values: Sequence[float]) -> tuple[float, float]:
    """The bias-corrected and accelerated bootstrap interval of the mean (Efron 1987), of several different values."""
    from scipy.stats import bootstrap  # takes a second to import

    rng = np.random.default_rng(SEED)
    found = bootstrap((values,), np.mean, n_resamples=RESAMPLES, confidence_level=CONFIDENCE, random_state=rng)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)
