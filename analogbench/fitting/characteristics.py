"""What the parameters of all devices together say: means, as functions of them, whose errors can be propagated."""

from __future__ import annotations

import math

import numpy as np

from analogbench.fitting.families import Family
from analogbench.fitting.fit import Fit
from analogbench.fitting.likelihood import NOISES
from analogbench.fitting.measurement import Floats

MEANS = ("low", "high", "dw_min", "up_down", "states", "symmetric_point")
"""The first characteristics; the numbers of the shape follow."""


def shape_names(family: Family) -> list[str]:
    """The numbers of the shape, by the device's names."""
    found, _, _ = family.parameters(np.array(family.start))
    return [name for name in found if name in family.free]


def characteristics(fit: Fit, units: Floats, shared: Floats) -> Floats:
    """MEANS, then `shape_names`, of any devices; NaN where there is no such thing. Steps and points are for weights
    from −1 to 1, low and high are conductances.

    The range of these very devices is the range: what hangs on w = 0 moves with it.
    """
    offset, scale = 0.0, 1.0
    if not fit.given:
        high, low = units[:, 2:].mean(0)
        offset, scale = 0.5 * float(high + low), 0.5 * float(high - low)
    shape = shared[NOISES:]
    if fit.family.moved is not None:
        shape = fit.family.moved(shape, offset, scale)
    numbers, factor_up, factor_down = fit.family.parameters(shape)
    steps = np.array([_steps(fit.family, unit, shared, offset) for unit in units]) / scale
    up, down = steps.mean(0) * (factor_up, factor_down)
    step = max(up, down)
    points = np.array([crossing(fit.family, unit, shared) for unit in units])
    middle, half = 0.5 * (fit.range[0] + fit.range[1]), 0.5 * (fit.range[1] - fit.range[0])
    ends = [middle + half * (offset - scale), middle + half * (offset + scale)]
    asymmetry = up / down - 1.0 if up < down else 1.0 - down / up
    found = [*ends, step, asymmetry, 2.0 / step, (points.mean() - offset) / scale]
    return np.array([*found, *(numbers[name] for name in shape_names(fit.family))], dtype=float)


def _steps(family: Family, unit: Floats, shared: Floats, offset: float) -> Floats:
    """Up and down, of one device at its middle or, where the family hangs on zero, at `offset`."""
    if not family.hangs_on_zero or offset == 0.0:
        return np.exp(unit[:2])
    grid = np.linspace(unit[3], unit[2], family.points)
    return np.array([np.interp(offset, grid, curve) for curve in family.curves(unit, shared[NOISES:])])


def crossing(family: Family, unit: Floats, shared: Floats) -> float:
    """The weight at which up and down steps of a device are equal, linear between the points of the curves; or NaN."""
    up, down = family.curves(unit, shared[NOISES:])
    grid, difference = np.linspace(unit[3], unit[2], family.points), up - down
    change = np.flatnonzero((difference[:-1] >= 0.0) & (difference[1:] < 0.0))
    if not len(change):
        return math.nan
    i = int(change[0])
    return float(grid[i] + (grid[i + 1] - grid[i]) * difference[i] / (difference[i] - difference[i + 1]))
