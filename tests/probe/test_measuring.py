"""What is measured of a device is what its formula says, found through nothing but its tile."""

from __future__ import annotations

import numpy as np
import pytest
from analogbench_plugins.devices.aihwkit.families import KitSoftBounds
from analogbench_plugins.devices.digital import Digital
from analogbench_plugins.devices.ideal import IdealSoftBounds
from analogbench_plugins.devices.pulsed import PowStep, SoftBounds

from analogbench.api.device import Device
from analogbench.errors import UsageError
from analogbench.probe.measuring import portrait
from analogbench.probe.results import Portrait

TAU = 0.8
STILL = {"dw_min_dtod": 0.0, "dw_min_std": 0.0, "w_max_dtod": 0.0, "w_min_dtod": 0.0, "up_down_dtod": 0.0}


def measured(kind: type[Device], pulses: int = 200, **params: float) -> Portrait:
    return portrait(kind(kind.Params(tau=TAU, **params)), kind.name, pulses=pulses)


@pytest.mark.parametrize("kind", [IdealSoftBounds, SoftBounds, KitSoftBounds], ids=lambda kind: kind.name)
def test_soft_bounds(kind: type[Device]) -> None:
    """q₊ = 1 − w/τ, q₋ = 1 + w/τ ([P24] §2), and n pulses of Δ up from −τ lead to τ(1 − 2(1 − Δ/τ)ⁿ)."""
    found = measured(kind, **({} if kind is IdealSoftBounds else STILL))
    assert found.granularity == pytest.approx(1e-3, rel=1e-3)
    assert found.exact
    levels = found.responses.levels
    assert (levels[0], levels[-1]) == pytest.approx((-TAU, TAU), abs=1e-6)
    # a step is the difference of float32 weights; the few missing pulses do not move the median
    assert np.nanmedian(found.responses.up, axis=1) == pytest.approx(1 - levels / TAU, abs=0.01)
    assert np.nanmedian(found.responses.down, axis=1) == pytest.approx(1 + levels / TAU, abs=0.01)
    pulses, weights = found.trains.pulses, np.median(found.trains.weights, axis=(0, 2))
    up = pulses <= found.trains.up
    assert weights[up] == pytest.approx(TAU * (1 - 2 * (1 - 1e-3 / TAU) ** pulses[up]), abs=2e-3)
    assert weights[-1] < weights[up][-1]


def test_the_granularity_of_a_device_is_not_always_dw_min() -> None:
    """A power step is planned with the step at w = 0: dw_min·0.5^γ."""
    found = measured(PowStep, pow_gamma=2.0, **STILL)
    assert found.granularity == pytest.approx(1e-3 / 4, rel=2e-3)


def test_both_spreads_are_told_apart() -> None:
    devices = measured(SoftBounds, **STILL | {"dw_min_dtod": 0.3})
    cycles = measured(SoftBounds, **STILL | {"dw_min_std": 0.3})
    middle = len(devices.responses.levels) // 2
    assert np.nanstd(devices.responses.up[middle]) == pytest.approx(0.3, rel=0.25)
    assert devices.responses.noise_up[middle] < 0.05
    assert cycles.responses.noise_up[middle] == pytest.approx(0.3, rel=0.1)
    assert np.nanstd(cycles.responses.up[middle]) == pytest.approx(0.3 / 4, rel=0.25)  # a mean of 16


def test_an_exact_device_has_no_pulses() -> None:
    with pytest.raises(UsageError, match="it stores exact numbers"):
        portrait(Digital(Digital.Params()), "digital")
