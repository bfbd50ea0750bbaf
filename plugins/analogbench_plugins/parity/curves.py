"""The response to one pulse, without randomness: AIHWKIT against the `cpu` kernel, at weights over the whole range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from analogbench.api.streams import Streams
from analogbench.crossbar.kernels import cpu
from analogbench.crossbar.pulses import PulseSettings
from analogbench_plugins.parity.draws import CPU
from analogbench_plugins.parity.families import FAMILIES, TAU
from analogbench_plugins.parity.hidden import array_of, granularity

POINTS = 61

TOLERANCE = 3e-7
"""Steps are differences of weights below 1 in float32, whose spacing is 6e-8; the curves round a few times more."""


@dataclass(frozen=True)
class CurveResult:
    """Steps of one pulse. w: (POINTS,), where the weights are; steps (POINTS,) of AIHWKIT and ours, up and down."""

    family: str
    varied: bool
    w: NDArray[np.float64]
    kit_up: NDArray[np.float64]
    kit_down: NDArray[np.float64]
    our_up: NDArray[np.float64]
    our_down: NDArray[np.float64]

    @property
    def furthest(self) -> float:
        """Largest difference of two steps, in weight units."""
        pairs = ((self.kit_up, self.our_up), (self.kit_down, self.our_down))
        return float(max(np.abs(kit - ours).max() for kit, ours in pairs))

    @property
    def failed(self) -> bool:
        """Whether the difference is more than rounding."""
        return self.furthest > TOLERANCE


def compare_curves(seed: int) -> list[CurveResult]:
    """All families, with every variation between crosspoints off and on; cycle-to-cycle noise is off."""
    return [_compare(family, varied, seed) for family in FAMILIES for varied in (False, True)]


def _compare(family: str, varied: bool, seed: int) -> CurveResult:
    from aihwkit.simulator.configs import SingleRPUConfig, UpdateParameters
    from aihwkit.simulator.tiles import AnalogTile

    device = FAMILIES[family].build(varied, seed, {"dw_min_std": 0.0})
    tile = AnalogTile(1, POINTS, SingleRPUConfig(device=device, update=UpdateParameters(desired_bl=1)))
    w = torch.linspace(-1.1 * TAU, 1.1 * TAU, POINTS)[None]
    tile.set_weights(w)
    start = tile.get_weights()[0][0].double().numpy()  # clipped to the bounds of each crosspoint
    kit = [_kit_step(tile, w, direction) for direction in (1.0, -1.0)]
    ours = [_our_step(tile, w, direction) for direction in (1.0, -1.0)]
    return CurveResult(family, varied, start, kit[0] - start, start - kit[1], ours[0] - start, start - ours[1])


def _kit_step(tile: Any, w: torch.Tensor, direction: float) -> NDArray[np.float64]:
    """Weights after one certain pulse, (POINTS,): at this rate all probabilities are 1."""
    tile.set_weights(w)
    tile.set_learning_rate(granularity(tile))
    tile.update(torch.ones(1, POINTS), torch.full((1, 1), -direction))
    return np.asarray(tile.get_weights()[0][0].double().numpy())


def _our_step(tile: Any, w: torch.Tensor, direction: float) -> NDArray[np.float64]:
    array, keys = array_of(tile, 1), Streams([0], CPU).keys("pulse")
    array.program(w[None], keys)
    x, d = torch.ones(1, 1, POINTS), torch.full((1, 1, 1), -direction)
    cpu.pulsed_update(array, x, d, array.dw_min, PulseSettings(desired_bl=1), keys)
    return np.asarray(array.hidden[0, 0].double().numpy())
