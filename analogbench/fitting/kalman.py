"""How likely a series of reads is, given the response of a device: an extended Kalman filter.

The weight h is hidden. Pulse by pulse it moves as the simulator moves it, h ← h ± q±(h) ± c2c·q±(h)·ξ (or, with
additive noise, c2c·scale·ξ), clipped at the bounds; a read is h plus read noise. So noise of pulses, which stays in the
device, is told from noise of reads, which does not: it makes the differences of successive reads negatively correlated.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.fitting.measurement import Counts, Floats

_FAR = 6.0
"""Standard deviations beyond which a bound is out of reach."""


@njit(error_model="numpy")
def innovations(
    reads: Floats,
    pulses: Counts,
    up: Floats,
    down: Floats,
    w_min: float,
    w_max: float,
    noise_up: float,
    noise_down: float,
    c2c: float,
    read_noise: float,
) -> tuple[Floats, Floats]:
    """For each read what it differs by from what the reads before let expect, and the variance of that, both (N,).

    The first, and those of NaN, are 0 and 1. reads, pulses: (N,), as in a Trace, in weights. up, down: (K,), q₊ and q₋
    at equally spaced weights from w_min to w_max. noise_up, noise_down: the step that c2c is relative to; 0: the step
    itself.
    """
    count = len(reads)
    errors, variances = np.zeros(count), np.ones(count)
    mean, variance = reads[0], read_noise**2
    for i in range(1, count):
        sign = 1.0 if pulses[i] > 0 else -1.0
        curve = up if pulses[i] > 0 else down
        fixed = noise_up if pulses[i] > 0 else noise_down
        for _ in range(abs(pulses[i])):
            step, slope = _at(curve, (mean - w_min) / (w_max - w_min))
            slope /= w_max - w_min
            noise = c2c * (fixed if fixed > 0.0 else step)
            mean += sign * step
            variance = (1.0 + sign * slope) ** 2 * variance + noise**2
            bound = w_max if sign > 0.0 else w_min
            over, variance = _clipped(sign * (mean - bound), variance)
            mean = bound + sign * over
        if math.isnan(reads[i]):
            continue
        errors[i] = reads[i] - mean
        variances[i] = variance + read_noise**2
        gain = variance / variances[i]
        mean += gain * errors[i]
        variance *= 1.0 - gain
    return errors, variances


@njit(error_model="numpy")
def noiseless(start: float, pulses: Counts, up: Floats, down: Floats, w_min: float, w_max: float) -> Floats:
    """The weights after the pulses if nothing is noisy, (N,); the first is `start`."""
    found = np.full(len(pulses), start)
    for i in range(1, len(pulses)):
        weight, sign = found[i - 1], 1.0 if pulses[i] > 0 else -1.0
        for _ in range(abs(pulses[i])):
            step, _ = _at(up if pulses[i] > 0 else down, (weight - w_min) / (w_max - w_min))
            weight = min(max(weight + sign * step, w_min), w_max)
        found[i] = weight
    return found


@njit(error_model="numpy")
def _at(curve: NDArray[np.float64], position: float) -> tuple[float, float]:
    """The curve, linear between its points, at a position from 0 to 1, and its slope there; flat outside."""
    last = len(curve) - 1
    place = position * last
    if place <= 0.0:
        return curve[0], 0.0
    if place >= last:
        return curve[last], 0.0
    index = int(place)
    rise = curve[index + 1] - curve[index]
    return curve[index] + rise * (place - index), rise * last


@njit(error_model="numpy")
def _clipped(mean: float, variance: float) -> tuple[float, float]:
    """Mean and variance of min(X, 0) for a normal X."""
    deviation = math.sqrt(variance)
    if mean < -_FAR * deviation:
        return mean, variance
    if mean > _FAR * deviation:
        return 0.0, 1e-14
    z = -mean / deviation
    below = 0.5 * math.erfc(-z / math.sqrt(2.0))
    density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    first = mean * below - deviation * density
    second = (mean * mean + variance) * below - deviation * mean * density
    return first, max(second - first * first, 1e-14)
