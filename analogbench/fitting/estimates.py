"""A number and how sure it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analogbench.fitting.measurement import Floats

CONFIDENCE = 0.95
_TAILS = (0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2)


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval; where that is not known both ends are NaN."""

    value: float
    low: float = math.nan
    high: float = math.nan

    def times(self, factor: float) -> Estimate:
        """In another unit."""
        low, high = sorted((self.low * factor, self.high * factor))
        return Estimate(self.value * factor, low, high)

    def plus(self, offset: float) -> Estimate:
        """From another zero."""
        return Estimate(self.value + offset, self.low + offset, self.high + offset)


def normal(value: float, variance: float) -> Estimate:
    """With an error that is normally distributed."""
    half = float(stats.norm.ppf(_TAILS[1])) * math.sqrt(max(variance, 0.0))
    return Estimate(value, value - half, value + half)


def log_normal(logarithm: float, variance: float) -> Estimate:
    """Of a positive number, whose logarithm has a normal error."""
    inner = normal(logarithm, variance)
    return Estimate(*(math.exp(min(x, 700.0)) for x in (inner.value, inner.low, inner.high)))


def combined(value: float, population: float, devices: int, rest: float) -> Estimate:
    """With an error that has two parts: `population` is the variance that comes of there being so few devices, and is
    itself known from these alone; `rest` that of the reads. Student's t, with Satterthwaite's degrees of freedom."""
    total = population + rest
    if not math.isfinite(total):
        return Estimate(value)
    freedom = (devices - 1) * (total / population) ** 2 if population > 0.0 else math.inf
    half = float(stats.t.ppf(_TAILS[1], min(freedom, 1e9))) * math.sqrt(total)
    return Estimate(value, value - half, value + half)


def spread_of(values: Floats, variances: Floats) -> Estimate:
    """Standard deviation over devices, without what the errors of the values add to it.

    The variance of values is that of devices plus that of errors; as a whole it is distributed as χ². 0 and no interval
    if there is one device only, or if errors alone would have made more. variances: of the errors.
    """
    freedom = len(values) - 1
    if freedom == 0:
        return Estimate(0.0)
    total, error = float(np.var(values, ddof=1)), float(np.mean(variances))
    ends = [total * freedom / float(stats.chi2.ppf(tail, freedom)) for tail in reversed(_TAILS)]
    value, low, high = (math.sqrt(max(variance - error, 0.0)) for variance in (total, *ends))
    return Estimate(value, low, high) if high > 0.0 else Estimate(0.0)
