"""Where a fit begins: curves through the differences of successive reads, and how such differences are correlated.

That is biased, since reads are noisy, but near enough to begin with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from analogbench.fitting.families import Family
from analogbench.fitting.likelihood import UNIT
from analogbench.fitting.measurement import Floats, Trace

_EDGE = 0.02
"""So much of the reads lies beyond the first guess of a bound."""

_MOST = 2000
"""Steps are enough to begin with."""

Traces = Sequence[Trace]
Points = tuple[Floats, Floats]
"""Weights, and how far a pulse moves each."""


@dataclass(frozen=True)
class Start:
    """Parameters as in `likelihood`: units, (devices, 4), and shared, (2 + shape,)."""

    units: Floats
    shared: Floats


def extremes(traces: Traces) -> tuple[float, float]:
    """The lowest and the highest conductance of a device, without the outermost reads."""
    reads = np.concatenate([trace.conductance for trace in traces])
    low, high = np.nanquantile(reads, [_EDGE, 1.0 - _EDGE])
    return float(low), float(high)


def outer(devices: Sequence[Traces]) -> Floats:
    """(devices, 2): the highest and lowest weight of each, w_max and w_min as far as they can be seen."""
    return np.array([extremes(traces)[::-1] for traces in devices])


def guesses(devices: Sequence[Traces], family: Family, known: bool) -> list[Start]:
    """Two starts: with bounds as far out as a curve through the steps says, and where the reads end.

    known: whether all bounds are known to be ±1; then one start. devices: traces in weights.
    """
    seen = np.tile([1.0, -1.0], (len(devices), 1)) if known else outer(devices)
    sides = [_steps_of_all(devices, seen[:, side], sign) for side, sign in enumerate((1, -1))]
    found = _through(family, sides, seen.mean(0), free=not known)
    starts = []
    for offset in (np.zeros(2),) if known else (found[2:UNIT], np.array([0.01, -0.01])):
        units = np.tile(found[:UNIT], (len(devices), 1))
        units[:, 2:] = seen + offset
        starts.append(Start(units, np.array([*_noises(devices, family, units[0], found[UNIT:]), *found[UNIT:]])))
    return starts


def like(family: Family, other: Family, there: Start) -> Start:
    """A start where the curves are as near as can be to those of another family at `there`."""
    middle = there.units.mean(0)
    grid = np.linspace(middle[3], middle[2], other.points)
    curves = other.curves(middle, there.shared[2:])
    found = _through(family, [(grid, curve) for curve in curves], middle[2:], free=False)
    units = there.units.copy()
    units[:, :2] += found[:2] - middle[:2]
    return Start(units, np.array([*there.shared[:2], *found[UNIT:]]))


def _through(family: Family, sides: Sequence[Points], bounds: Floats, free: bool) -> Floats:
    """The parameters of one device, whose curves run through points of both sides, then the shape.

    Bounds are given as offsets from `bounds`, which are 0 unless they are free.
    """
    typical = max(float(np.mean([np.mean(np.abs(moved)) for _, moved in sides])), 1e-6)

    def off(values: Floats) -> Floats:
        unit = np.array([*values[:2], *(bounds + free * values[2:UNIT])])
        curves, grid = family.curves(unit, values[UNIT:]), np.linspace(unit[3], unit[2], family.points)
        parts = [(np.interp(w, grid, q) - moved) / typical for (w, moved), q in zip(sides, curves, strict=True)]
        return np.concatenate([*parts, 3.0 * values[2:UNIT], 0.1 * (values[UNIT:] - family.start)])

    begin = np.array([np.log(typical), np.log(typical), 0.05, -0.05, *family.start])
    highest = np.array([*np.log([30 * typical] * 2), 1.0, 0.02, *([20.0] * len(family.start))])
    lowest = np.array([*np.log([typical / 30] * 2), -0.02, -1.0, *([-20.0] * len(family.start))])
    return np.asarray(least_squares(off, begin, bounds=(lowest, highest), loss="soft_l1", max_nfev=60).x)


def _noises(devices: Sequence[Traces], family: Family, unit: Floats, shape: Floats) -> Floats:
    """Their logarithms. Noise of reads makes successive steps negatively correlated, that of pulses does not."""
    curves, grid = family.curves(unit, shape), np.linspace(unit[3], unit[2], family.points)
    joined = []
    for trace in (trace for traces in devices for trace in traces):
        pulses = trace.pulses[1:]
        step = np.interp(trace.conductance[:-1], grid, curves[0]) * np.maximum(pulses, 0)
        step -= np.interp(trace.conductance[:-1], grid, curves[1]) * np.maximum(-pulses, 0)
        joined.append(np.diff(trace.conductance) - step)
    linked = np.concatenate([r[1:] * r[:-1] for r in joined])
    everything = np.concatenate(joined)
    variance = float(np.nanmean(everything**2)) if np.isfinite(everything).any() else 1e-4
    read = float(np.clip(-np.nanmean(linked), 1e-3 * variance, 0.45 * variance)) if np.isfinite(linked).any() else 0.0
    typical = float(np.mean(curves))
    return 0.5 * np.log([np.clip((variance - 2.0 * read) / typical**2, 1e-3, 0.5), max(read, 1e-10)])


def _steps_of_all(devices: Sequence[Traces], bounds: Floats, sign: int) -> Points:
    """Steps of all devices, but for those at a bound, where steps are cut off."""
    found = []
    for traces, bound in zip(devices, bounds, strict=True):
        where, moved = steps(traces, sign)
        inside = sign * (bound - where) > 0.02
        found.append((where[inside], moved[inside]) if inside.sum() > 3 else (where, moved))
    joined = np.concatenate([w for w, _ in found]), np.concatenate([m for _, m in found])
    every = max(-(-len(joined[0]) // _MOST), 1)
    return joined[0][::every], joined[1][::every]


def steps(traces: Traces, sign: int) -> Points:
    """Weights before pulses of one sign, and how far each pulse moved them in its own direction."""
    where, moved = [np.zeros(0)], [np.zeros(0)]
    for trace in traces:
        before, after, pulses = trace.conductance[:-1], trace.conductance[1:], sign * trace.pulses[1:]
        good = np.isfinite(before) & np.isfinite(after) & (pulses > 0)
        where.append(before[good])
        moved.append(sign * (after - before)[good] / pulses[good])
    return np.concatenate(where), np.concatenate(moved)
