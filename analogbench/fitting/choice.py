"""Which family describes a measurement: the simplest of those that describe it about as well as the best does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analogbench.fitting.families import Family
from analogbench.fitting.fit import Fit, Range, fit
from analogbench.fitting.measurement import Measurement

MARGIN = 10.0
"""A family whose criterion is higher than the least by more has no support (Burnham & Anderson 2002, p. 70)."""


def fit_all(
    measurement: Measurement,
    families: Sequence[Family],
    given: Range | None = None,
    told: Callable[[Family], None] = lambda family: None,
) -> list[Fit]:
    """A fit of each family; each can begin where the best one so far has ended. told: hears of a family before it is
    fitted."""
    found: list[Fit] = []
    for family in families:
        told(family)
        found.append(fit(measurement, family, given, min(found, key=lambda one: one.aicc, default=None)))
    return found


def best(fits: Sequence[Fit]) -> Fit:
    """The fit with the fewest parameters among those whose criterion is least or higher by no more than MARGIN."""
    least = min(fit.aicc for fit in fits)
    return min((fit for fit in fits if fit.aicc <= least + MARGIN), key=lambda fit: (fit.parameters, fit.aicc))
