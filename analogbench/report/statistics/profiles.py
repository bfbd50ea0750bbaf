"""Performance profiles: in what share of the problems an algorithm comes how close to the best (Dolan & Moré 2002)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analogbench.report.statistics.contest import Contest, Numbers, in_settings, seeds_text
from analogbench.report.statistics.resampling import band, resampled
from analogbench.report.statistics.summary import LARGEST


@dataclass(frozen=True)
class ProfileLine:
    """Of one algorithm, at each of the profile's ratios: the share of problems, and its 95 % bootstrap interval.

    failed: the share of problems without a value, whose ratio is infinite, so that the line never reaches them.
    """

    algorithm: str
    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    failed: float
    is_reference: bool = False


@dataclass(frozen=True)
class Profile:
    """The share of problems, settings weighing the same, at which a cost is at most `ratio` times the best one's.

    ratios: from 1, where the shares are how often an algorithm is the best; the lines are steps, constant from each
    ratio to the next. scales: what the costs are whose ratios these are, such as `error rate`. over: how many settings
    and seeds. notes: in words, what is recorded but has no part, and how much is stale.
    """

    budget: str
    ratios: tuple[float, ...]
    lines: tuple[ProfileLine, ...]
    scales: tuple[str, ...]
    settings: int
    over: str
    notes: tuple[str, ...]


MOST_RATIOS = 400
"""So many steps of a line can be seen; of more, so many are kept, evenly by their number."""


def profile(contest: Contest) -> Profile | None:
    """The profile of a contest; None if fewer than two of its settings have costs with ratios."""
    kept, notes = _with_ratios(contest)
    if kept is None:
        return None
    ratios = ratios_of(kept.costs)
    finite = np.unique(ratios[np.isfinite(ratios)])
    steps = np.unique([1.0, *(finite if len(finite) <= MOST_RATIOS else finite[_spread(len(finite))])])
    return Profile(
        budget=kept.budget,
        ratios=tuple(map(float, steps)),
        lines=tuple(_lines(kept, ratios, steps)),
        scales=tuple(dict.fromkeys(kept.scales)),
        settings=len(kept.settings),
        over=seeds_text(kept),
        notes=(*kept.notes, *notes),
    )


def _lines(contest: Contest, ratios: Numbers, steps: Numbers) -> Iterator[ProfileLine]:
    """ratios: (P, S). steps: those of the profile."""
    reached = (ratios[:, :, None] <= steps).astype(float)  # (P, S, steps)
    shares = in_settings(contest, reached).mean(axis=0)
    low, high = (end.reshape(shares.shape) for end in band(resampled(contest, reached.reshape(len(ratios), -1))))
    failed = in_settings(contest, np.isinf(contest.costs).astype(float)).mean(axis=0)
    for i, name in enumerate(contest.algorithms):
        mean, below, above = (tuple(map(float, numbers[i])) for numbers in (shares, low, high))
        yield ProfileLine(name, mean, below, above, float(failed[i]), name in contest.reference)


def ratios_of(costs: Numbers) -> Numbers:
    """Each cost over the best of its problem; of a best cost of zero, 1 for those that share it, else infinite. So is
    what no axis can hold.

    costs: (P, S), not negative, infinite where failed. Returns (P, S).
    """
    best = costs.min(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratios = costs / best
    ratios[np.isnan(ratios) | (ratios > LARGEST)] = np.inf  # not a number: of a failure where all failed
    return np.where((costs == best) & np.isfinite(costs), 1.0, ratios)


def _spread(number: int) -> list[int]:
    return [round(i * (number - 1) / (MOST_RATIOS - 1)) for i in range(MOST_RATIOS)]


def _with_ratios(contest: Contest) -> tuple[Contest | None, tuple[str, ...]]:
    """The settings whose costs have ratios, and what that leaves out."""
    places = [place for place, scale in enumerate(contest.scales) if scale]
    if len(places) < 2:
        return None, ()
    without = len(contest.settings) - len(places)
    if not without:
        return contest, ()
    rows = np.isin(contest.where, places)
    kept = Contest(
        budget=contest.budget,
        algorithms=contest.algorithms,
        settings=tuple(contest.settings[place] for place in places),
        where=np.searchsorted(places, contest.where[rows]),
        seeds=contest.seeds[rows],
        costs=contest.costs[rows],
        scales=tuple(contest.scales[place] for place in places),
        reference=contest.reference,
        notes=contest.notes,
    )
    return kept, (f"left out: {without} of {len(contest.settings)} settings, whose metric has no ratios",)
