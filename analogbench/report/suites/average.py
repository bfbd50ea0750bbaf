"""Curves and histograms averaged over seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analogbench.grid.presentation import Figure
from analogbench.records.record import Record
from analogbench.report.frame import Frame
from analogbench.report.suites.gather import Planned
from analogbench.report.suites.values import Array, curve, density, smoothed, usable, weight_range


def mean_curve(records: Sequence[Record], figure: Figure) -> Frame:
    """Mean, least and greatest of the seeds' smoothed curves, by place on the x axis.

    Only at places that all seeds have, if there are any: a mean over other seeds would jump.
    """
    seeds = []
    for record in records:
        x, y = curve(record, figure.value, figure.over, figure.scale)
        seeds.append(pd.Series(smoothed(y, figure.smooth), index=x, dtype=float).groupby(level=0).mean())
    table = pd.concat([seed for seed in seeds if len(seed)], axis=1) if any(map(len, seeds)) else pd.DataFrame()
    shared = table.dropna()
    table = (table if shared.empty else shared).sort_index()
    return pd.DataFrame({"mean": table.mean(axis=1), "min": table.min(axis=1), "max": table.max(axis=1)})


def edges(cells: Sequence[Planned], figure: Figure) -> Array | None:
    """The bins of a histogram: over the x axis' limits, else over all weights; None where there are no weights."""
    ranges = [found for cell in cells if cell.good and (found := weight_range(cell.good))]
    if not ranges:
        return None
    low, high = figure.x.limits or (min(low for low, _ in ranges), max(high for _, high in ranges))
    if not (usable(low) and usable(high)):
        return None
    middle, half = (low + high) / 2, max(abs(high - low) / 2, 1e-6 * max(abs(low), 1e-6))
    return np.linspace(middle - half, middle + half, figure.bins + 1)


def mean_density(cells: Sequence[Planned], bins: Array) -> Array | None:
    """The mean over seeds of the density of all trained weights; None where there are none."""
    found = [shares for cell in cells if cell.good and (shares := density(cell.good, bins)) is not None]
    return np.mean(found, axis=0) if found else None
