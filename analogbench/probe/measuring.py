"""Response curves and pulse trains of a device."""

from __future__ import annotations

import numpy as np
import torch

from analogbench.api.device import Device, TileContext
from analogbench.api.streams import Streams
from analogbench.errors import UsageError
from analogbench.probe.pulsing import FAR, Pulser
from analogbench.probe.results import Array, Portrait, Responses, Trains

SIDE = 10
"""Of the array: a hundred crosspoints, each a device of its own."""

LEVELS = 33
REPEATS, MOST_REPEATS = 16, 256
"""Pulses at each level, more where weights are written less exactly than by a step: their mean is the step, their
spread the noise of a single one, from cycle to cycle."""

CYCLES = 4
FEWEST, MOST = 10, 5000
"""Pulses up; by default as many as the nominal range has steps."""

TRACED = 200
"""Points of a train that are read."""


def portrait(device: Device, label: str, seed: int = 0, pulses: int | None = None) -> Portrait:
    """Measure a device. pulses: how many go up and then down. Raises UsageError if the device has no pulses."""
    if not device.analog:
        raise UsageError(f"{label} cannot be plotted: it stores exact numbers, and has no pulses")
    cpu = torch.device("cpu")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        tile = device.build_tile((1, SIDE, SIDE), TileContext(Streams([seed], cpu).child("probe"), cpu))
        pulser = Pulser(tile, device.params)
        low, high = pulser.bounds()
        if not high > low:
            raise UsageError(f"{label} cannot be plotted: its weights have no range")
        responses = _responses(pulser, low, high)
        number = pulses or int(np.clip(round((high - low) / pulser.granularity), FEWEST, MOST))
        return Portrait(label, pulser.granularity, pulser.exact, responses, _trains(pulser, number))


def _responses(pulser: Pulser, low: float, high: float) -> Responses:
    levels = np.linspace(low, high, LEVELS)
    found: dict[int, tuple[Array, Array]] = {}
    for direction in (1, -1):
        steps = np.stack([_steps(pulser, float(level), direction, high - low) for level in levels])  # (L, repeats, N)
        held = ~np.isnan(steps).any(axis=1)
        mean = np.where(held, steps.mean(axis=1), np.nan)
        noise = np.array([_mean(row) for row in np.where(held, steps.std(axis=1, ddof=1), np.nan)])
        found[direction] = mean, noise
    return Responses(levels, found[1][0], found[-1][0], found[1][1], found[-1][1])


def _mean(row: Array) -> float:
    known = row[~np.isnan(row)]
    return float(known.mean()) if known.size else float("nan")


def _steps(pulser: Pulser, level: float, direction: int, span: float) -> Array:
    """(repeats, N): steps of single pulses from one weight; NaN for crosspoints that cannot hold it."""
    steps = []
    for _ in range(int(np.clip((pulser.noise / pulser.rate) ** 2, REPEATS, MOST_REPEATS))):
        before = pulser.program(level)
        pulser.pulse(direction)
        step = direction * (pulser.weights() - before) / pulser.rate
        away = (before - level).abs() > 1e-3 * span + 6 * pulser.noise
        steps.append(torch.where(away, torch.nan, step).numpy())
    return np.stack(steps)


def _trains(pulser: Pulser, number: int) -> Trains:
    """Cycles of `number` pulses up and down; only some of the points are kept."""
    kept = sorted({round(place) for place in np.linspace(0, 2 * number, min(2 * number, TRACED) + 1)} | {number})
    cycles = []
    for _ in range(CYCLES):
        pulser.program(-FAR)
        points = []
        for done in range(2 * number + 1):
            if done:
                pulser.pulse(1 if done <= number else -1)
            if done in kept:
                points.append(pulser.weights().numpy())
        cycles.append(np.stack(points))
    return Trains(np.array(kept, dtype=float), np.stack(cycles), number)
