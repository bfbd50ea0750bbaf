"""Fit one family to a measurement."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analogbench.fitting.families import Family
from analogbench.fitting.likelihood import UNIT, residuals
from analogbench.fitting.measurement import Floats, Measurement, Trace
from analogbench.fitting.scoring import Devices, Optimum, maximise
from analogbench.fitting.start import Start, extremes, guesses, like, outer

Range = tuple[float, float]
"""Conductances that become the weights −1 and 1."""

_PASSES, _FEW = 4, 5
_NEAR = 5e-3
"""So far from ±1 may the mean bounds of the devices lie."""


@dataclass(frozen=True)
class Fit:
    """A family as it fits best. optimum: in weights from −1 to 1, which `range` turns into conductances. given: whether
    the range was given, and the bounds therefore not fitted."""

    family: Family
    measurement: Measurement
    optimum: Optimum
    range: Range
    given: bool

    @property
    def parameters(self) -> int:
        """How many numbers were fitted."""
        return len(self.optimum.shared) + len(self.optimum.units) * (2 if self.given else UNIT)

    @property
    def log_likelihood(self) -> float:
        """Of the conductances, so that fits with different ranges can be compared."""
        count, half = self.measurement.steps, 0.5 * (self.range[1] - self.range[0])
        return -self.optimum.loss - count * (0.5 * math.log(2.0 * math.pi) + math.log(half))

    @property
    def aicc(self) -> float:
        """Akaike's criterion, corrected for small samples (Hurvich & Tsai, Biometrika 1989); less is better."""
        k, n = self.parameters, self.measurement.steps
        return 2.0 * k - 2.0 * self.log_likelihood + 2.0 * k * (k + 1.0) / max(n - k - 1.0, 1e-9)

    @cached_property
    def devices(self) -> Devices:
        """The traces in weights."""
        return weights(self.measurement, self.range)

    @cached_property
    def predictions(self) -> list[tuple[Floats, Floats]]:
        """Of each device the errors of prediction of all reads and their variances, (N,); NaN and 1 where none is."""
        found = []
        for traces, unit in zip(self.devices, self.optimum.units, strict=True):
            errors, variances = residuals(traces, self.family, unit, self.optimum.shared)
            errors[np.cumsum([0, *(len(trace.pulses) for trace in traces)])[:-1]] = np.nan
            errors[np.isnan(np.concatenate([trace.conductance for trace in traces]))] = np.nan
            found.append((errors, variances))
        return found

    @property
    def standardised(self) -> list[Floats]:
        """The errors of prediction in their standard deviations."""
        return [errors / np.sqrt(variances) for errors, variances in self.predictions]

    @cached_property
    def filtered(self) -> Devices:
        """The traces in weights as the filter sees them: reads with less of their noise."""
        noise = math.exp(2.0 * float(self.optimum.shared[1]))
        found = []
        for traces, (errors, variances) in zip(self.devices, self.predictions, strict=True):
            ends = np.cumsum([len(trace.pulses) for trace in traces])[:-1]
            corrections = np.split(np.nan_to_num(noise / variances * errors), ends)
            pairs = zip(traces, corrections, strict=True)
            found.append([replace(trace, conductance=trace.conductance - less) for trace, less in pairs])
        return found

    @cached_property
    def autocorrelation(self) -> float:
        """Of errors of prediction that follow each other; near 0 if the model is right."""
        pairs = [(z[1:] * z[:-1])[np.isfinite(z[1:] * z[:-1])] for z in self.standardised]
        power = np.concatenate([z[np.isfinite(z)] for z in self.standardised])
        return float(np.mean(np.concatenate(pairs)) / np.mean(power**2))


def weights(measurement: Measurement, limits: Range) -> Devices:
    """The traces of each device with `limits` as −1 and 1."""
    low, high = limits

    def scaled(trace: Trace) -> Trace:
        return replace(trace, conductance=2.0 * (trace.conductance - low) / (high - low) - 1.0)

    return [[scaled(trace) for trace in traces] for traces in measurement.devices.values()]


def fit(measurement: Measurement, family: Family, given: Range | None = None, before: Fit | None = None) -> Fit:
    """The likeliest parameters. given: the range, if it is not to be found. before: a fit of another family, to whose
    curves one start is as near as can be.

    Without a given range the mean bounds of the devices are the nominal ones: what lies between them is laid on −1 to
    1, which moves what is fitted a little, so that it is done a few times.
    """
    limits, start = _best_start(measurement, family, given, before)
    for _ in range(_PASSES):
        devices = weights(measurement, limits)
        optimum = maximise(devices, family, start.units, start.shared, None if given else outer(devices))
        high, low = optimum.units[:, 2:].mean(0)
        if given or max(abs(high - 1.0), abs(low + 1.0)) < _NEAR:
            break
        limits = _conductance(low, limits), _conductance(high, limits)
        start = _again(optimum, low, high)
    return Fit(family, measurement, optimum, limits, given is not None)


def _best_start(
    measurement: Measurement, family: Family, given: Range | None, before: Fit | None
) -> tuple[Range, Start]:
    """The start from which a few rounds lead to the highest likelihood: it has several maxima."""
    limits = given or first_range(measurement)
    starts = [(limits, start) for start in guesses(weights(measurement, limits), family, known=given is not None)]
    if before:
        there = Start(before.optimum.units, before.optimum.shared)
        starts.append((before.range, like(family, before.family, there)))
    found: list[tuple[float, int, Range, Start]] = []
    for limits, start in starts:
        devices = weights(measurement, limits)
        seen = None if given else outer(devices)
        near = maximise(devices, family, start.units, start.shared, seen, rounds=_FEW)
        loss = -Fit(family, measurement, near, limits, given is not None).log_likelihood
        found.append((loss, len(found), limits, Start(near.units, near.shared)))
    _, _, limits, start = min(found, key=lambda one: one[:2])
    return limits, start


def first_range(measurement: Measurement) -> Range:
    """The mean of the devices' extremes."""
    low, high = np.mean([extremes(traces) for traces in measurement.devices.values()], axis=0)
    return float(low), float(high)


def _conductance(weight: float, limits: Range) -> float:
    return float(limits[0] + 0.5 * (weight + 1.0) * (limits[1] - limits[0]))


def _again(optimum: Optimum, low: float, high: float) -> Start:
    """Where `low` and `high` have become −1 and 1."""
    scale = 2.0 / (high - low)
    units, shared = optimum.units.copy(), optimum.shared.copy()
    units[:, :2] += math.log(scale)
    units[:, 2:] = (units[:, 2:] - low) * scale - 1.0
    shared[1] += math.log(scale)
    return Start(units, shared)
