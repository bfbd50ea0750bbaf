"""Whether two means, known only by their spreads and numbers of runs, differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import stdtrit  # the t quantile; scipy.stats has it too but takes a second to import

from analogbench.report.statistics import CONFIDENCE


@dataclass(frozen=True)
class Sample:
    """A mean of n values and their sample standard deviation, None where it is not known."""

    mean: float
    sd: float | None
    n: int

    @property
    def spread(self) -> float | None:
        """The standard deviation, if there are at least two values for it."""
        return self.sd if self.n > 1 else None


@dataclass(frozen=True)
class Joint:
    """The joint interval of a difference of means: ± half. borrowed: one side's spread stood for both."""

    half: float
    borrowed: bool = False


def joint_interval(one: Sample, other: Sample) -> Joint | None:
    """The two-sided 95 % interval of the difference, by Welch's t; None if neither side has a spread.

    If only one has, its spread stands for both: Student's t with its degrees of freedom.
    """
    known = [side for side in (one, other) if side.spread is not None]
    if not known:
        return None
    if len(known) == 1:
        return _joint(_square(known[0]) * (1 / one.n + 1 / other.n), known[0].n - 1, borrowed=True)
    errors = [_square(side) / side.n for side in known]
    parts = sum(error * error / (side.n - 1) for error, side in zip(errors, known, strict=True))
    # where spreads vanish, the interval does so for any number of degrees of freedom
    return _joint(sum(errors), sum(errors) * sum(errors) / parts if parts > 0 else 1.0, borrowed=False)


def _square(side: Sample) -> float:
    return (side.spread or 0.0) * (side.spread or 0.0)


def _joint(square: float, freedom: float, borrowed: bool) -> Joint | None:
    half = float(stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * math.sqrt(square)
    return Joint(half, borrowed) if math.isfinite(half) else None
