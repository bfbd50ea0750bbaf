"""A fit as what its plot shows."""

from __future__ import annotations

import numpy as np

from analogbench.fitting.findings import Findings
from analogbench.fitting.fit import Fit
from analogbench.fitting.kalman import noiseless
from analogbench.fitting.likelihood import NOISES
from analogbench.fitting.measurement import Floats
from analogbench.report.plots.response import Response, Side

_BINS = 24
_FEWEST = 5
"""Steps in a bin of which a mean is shown."""


def response_of(fit: Fit, found: Findings) -> Response:
    """Weights run from −tau to tau, steps are in weights, too."""
    number = len(fit.devices) // 2
    reads = np.concatenate([trace.conductance for traces in fit.devices for trace in traces])
    predicted = reads - np.concatenate([errors for errors, _ in fit.predictions])
    return Response(
        device=list(fit.measurement.devices)[number],
        reads=_conductances(fit, fit.devices[number][0].conductance),
        model=_conductances(fit, _free_run(fit, number)),
        unit=fit.measurement.unit,
        sides=(_side(fit, 1, found.tau), _side(fit, -1, found.tau)),
        symmetric_point=found.symmetric_point.value,
        weights=found.tau * predicted,
        residuals=np.concatenate(fit.standardised),
        ends=(found.low.value, found.high.value),
        tau=found.tau,
    )


def _conductances(fit: Fit, weights: Floats) -> Floats:
    low, high = fit.range
    return low + 0.5 * (weights + 1.0) * (high - low)


def _side(fit: Fit, sign: int, tau: float) -> Side:
    """Steps of one direction in bins of the weight, and the mean curve of all devices.

    A device of small steps has more reads in the middle; what a device differs by from the mean one is taken away.
    """
    grid = np.linspace(-1.0, 1.0, 201)
    curves = [_curve(fit, unit, grid, sign) for unit in fit.optimum.units]
    mean, spread = np.mean(curves, axis=0), np.std(curves, axis=0)
    found = [_steps(fit, number, sign) for number in range(len(fit.devices))]
    where = np.concatenate([w for w, _ in found])
    own = [np.interp(w, grid, curve - mean) for (w, _), curve in zip(found, curves, strict=True)]
    moved = np.concatenate([m - differs for (_, m), differs in zip(found, own, strict=True)])
    bins = np.digitize(where, np.linspace(where.min(), where.max(), _BINS + 1)[1:-1])
    full = [bins == i for i in range(_BINS) if (bins == i).sum() >= _FEWEST]
    centres, means = np.array([[where[here].mean(), moved[here].mean()] for here in full]).reshape(-1, 2).T
    errors = np.array([moved[here].std(ddof=1) / np.sqrt(here.sum()) for here in full])
    return Side(*(tau * part for part in (centres, means, errors, grid, mean, mean - spread, mean + spread)))


def _steps(fit: Fit, number: int, sign: int) -> tuple[Floats, Floats]:
    """Weights of a device before pulses, without most of the reads' noise, and how far from there the next read is."""
    found = []
    for trace, clean in zip(fit.devices[number], fit.filtered[number], strict=True):
        before, after, pulses = clean.conductance[:-1], trace.conductance[1:], sign * trace.pulses[1:]
        good = np.isfinite(before) & np.isfinite(after) & (pulses > 0)
        found.append((before[good], sign * (after - before)[good] / pulses[good]))
    return np.concatenate([w for w, _ in found]), np.concatenate([m for _, m in found])


def _curve(fit: Fit, unit: Floats, grid: Floats, sign: int) -> Floats:
    up, down = fit.family.curves(unit, fit.optimum.shared[NOISES:])
    return np.interp(grid, np.linspace(unit[3], unit[2], fit.family.points), up if sign > 0 else down)


def _free_run(fit: Fit, number: int) -> Floats:
    """What the fitted device does with the first trace's pulses if nothing is noisy and only its start is read."""
    trace, unit = fit.devices[number][0], fit.optimum.units[number]
    up, down = fit.family.curves(unit, fit.optimum.shared[NOISES:])
    return noiseless(trace.conductance[0], trace.pulses, up, down, unit[3], unit[2])
