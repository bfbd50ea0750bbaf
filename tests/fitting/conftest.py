"""Devices of known parameters, pulsed one step after the other, as `analogbench.crossbar` defines their steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from analogbench.fitting.measurement import Measurement, Trace

LOW, HIGH = 10.0, 50.0


@dataclass(frozen=True)
class Truth:
    """Parameters by the simulator's names, with τ = 1."""

    kind: str = "softbounds"
    dw_min: float = 0.03
    up_down: float = 0.15
    dw_min_std: float = 0.3
    dw_min_dtod: float = 0.2
    up_down_dtod: float = 0.05
    w_max_dtod: float = 0.08
    w_min_dtod: float = 0.05
    additive: bool = False
    read_noise: float = 0.01
    devices: int = 6
    pulses: int = 100
    cycles: int = 3


def _step(kind: str, up: bool, w: float, w_max: float, w_min: float) -> float:
    room = (w_max - w if up else w - w_min) / (w_max - w_min)
    w = w if up else -w
    if kind == "softbounds":
        return 1.0 - w / (w_max if up else -w_min)
    if kind == "linear-step":
        return 1.0 - (0.6 if up else 0.3) * w
    if kind == "pow-step":
        return max(room, 0.0) ** (1.6 if up else 0.8)
    if kind == "exp-step":
        return max(1.0 - 0.03 * np.exp(3.0 * 2.0 * w / (w_max - w_min)), 0.0)
    assert kind == "constant-step"
    return 1.0


def _trace(truth: Truth, random: np.random.Generator) -> Trace:
    w_max = abs(1.0 + truth.w_max_dtod * random.normal())
    w_min = -abs(1.0 + truth.w_min_dtod * random.normal())
    gain, ratio = 1.0 + truth.dw_min_dtod * random.normal(), truth.up_down_dtod * random.normal()
    scales = abs(min(truth.up_down, 0) + gain + ratio), abs(gain - ratio - max(truth.up_down, 0))
    w, reads, pulses = 0.0, [0.0], [0]
    for sign in [1] * truth.pulses + [-1] * truth.pulses:
        pulses.append(sign)
    pulses = [0] + pulses[1:] * truth.cycles
    for sign in pulses[1:]:
        scale = truth.dw_min * scales[sign < 0]
        step = scale * _step(truth.kind, sign > 0, w, w_max, w_min)
        step += truth.dw_min_std * random.normal() * (scale if truth.additive else step)
        w = min(max(w + sign * step, w_min), w_max)
        reads.append(w)
    noisy = np.array(reads) + truth.read_noise * random.normal(size=len(reads))
    return Trace(LOW + 0.5 * (noisy + 1.0) * (HIGH - LOW), np.array(pulses))


def measured(truth: Truth, seed: int) -> Measurement:
    random = np.random.default_rng(seed)
    return Measurement({f"d{i}": [_trace(truth, random)] for i in range(truth.devices)}, "uS")


@pytest.fixture
def truth() -> Truth:
    return Truth()


@pytest.fixture
def measure() -> Callable[..., tuple[Truth, Measurement]]:
    """Pulses devices with changed parameters."""

    def run(seed: int = 0, **changes: object) -> tuple[Truth, Measurement]:
        truth = replace(Truth(), **changes)  # type: ignore[arg-type]
        return truth, measured(truth, seed)

    return run
