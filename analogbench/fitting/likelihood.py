"""How likely a measurement is, given a family and its parameters, and how that changes with the parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analogbench.fitting.families import Family
from analogbench.fitting.kalman import innovations
from analogbench.fitting.measurement import Floats, Trace

UNIT = 4
"""Parameters of each device: ln step up, ln step down, w_max, w_min."""

NOISES = 2
"""Parameters that all share besides the shape, and which stand before it: ln c2c, ln read noise."""

_NUDGE = 1e-5
_SMALLEST = math.log(1e-6)


@dataclass(frozen=True)
class Scores:
    """Of one device: −ln likelihood, its gradient and its expected curvature (Fisher's information) in the device's own
    parameters and the shared ones, in this order."""

    loss: float
    gradient: Floats
    information: Floats


def residuals(traces: Sequence[Trace], family: Family, unit: Floats, shared: Floats) -> tuple[Floats, Floats]:
    """Errors of prediction of all reads of a device, and their variances; of what is no prediction 0 and 1.

    traces: in weights. unit: (4,). shared: (2 + shape,).
    """
    up, down = family.curves(unit, shared[NOISES:])
    c2c, read_noise = np.exp(np.maximum(shared[:NOISES], _SMALLEST))
    fixed = np.exp(unit[:2]) if family.additive else np.zeros(2)
    args = (up, down, unit[3], unit[2], fixed[0], fixed[1], c2c, read_noise)
    pairs = [innovations(trace.conductance, trace.pulses, *args) for trace in traces]
    return np.concatenate([e for e, _ in pairs]), np.concatenate([s for _, s in pairs])


def loss(traces: Sequence[Trace], family: Family, unit: Floats, shared: Floats) -> float:
    """−ln likelihood of a device's reads without the constant ½ln(2π) of each; infinite if they cannot be."""
    if not unit[2] - unit[3] > 0.05:
        return math.inf
    errors, variances = residuals(traces, family, unit, shared)
    value = 0.5 * float(np.sum(errors**2 / variances + np.log(variances)))
    return value if math.isfinite(value) else math.inf


def scores(traces: Sequence[Trace], family: Family, unit: Floats, shared: Floats) -> Scores:
    """By forward differences of the errors and variances: one more filtering for each parameter."""
    errors, variances = residuals(traces, family, unit, shared)
    both = np.concatenate([unit, shared])
    slopes = []
    for i in range(len(both)):
        moved = both.copy()
        moved[i] += _NUDGE
        e, s = residuals(traces, family, moved[:UNIT], moved[UNIT:])
        slopes.append(((e - errors) / _NUDGE, (s - variances) / _NUDGE))
    d_error = np.array([e for e, _ in slopes]) / np.sqrt(variances)  # (parameters, N)
    d_log = np.array([s for _, s in slopes]) / variances
    gradient = d_error @ (errors / np.sqrt(variances)) + 0.5 * d_log @ (1.0 - errors**2 / variances)
    information = d_error @ d_error.T + 0.5 * d_log @ d_log.T
    return Scores(0.5 * float(np.sum(errors**2 / variances + np.log(variances))), gradient, information)
