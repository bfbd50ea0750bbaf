"""The Gaussian numbers of AIHWKIT's tiles, recovered from pulses that are certain to come."""

from __future__ import annotations

import numpy as np
import torch

from analogbench_plugins.parity.families import DW_MIN, QUIET
from analogbench_plugins.parity.moments import Floats

SIDE = 40
UPDATES = 100


def measure_noise(tiles: int) -> dict[str, float]:
    """numbers, distinct: of one tile. mean_of_list: root mean square of the tiles' means, of which `sampling` is due to
    having so many numbers only."""
    drawn = [_numbers() for _ in range(tiles)]
    return {
        "numbers": drawn[0].size,
        "distinct": len(np.unique(drawn[0].round(6))),
        "mean_of_list": float(np.sqrt(np.mean([numbers.mean() ** 2 for numbers in drawn]))),
        "sampling": drawn[0].size ** -0.5,
    }


def _numbers() -> Floats:
    """The noise of SIDE·SIDE·UPDATES pulses of a new tile, in units of its standard deviation."""
    from aihwkit.simulator.configs import SingleRPUConfig, UpdateParameters
    from aihwkit.simulator.configs.devices import ConstantStepDevice
    from aihwkit.simulator.tiles import AnalogTile

    device = ConstantStepDevice(**QUIET | {"dw_min_std": 1.0})
    tile = AnalogTile(SIDE, SIDE, SingleRPUConfig(device=device, update=UpdateParameters(desired_bl=1)))
    tile.set_learning_rate(DW_MIN)  # every probability is 1
    steps = []
    for _ in range(UPDATES):
        tile.set_weights(torch.zeros(SIDE, SIDE))
        tile.update(torch.ones(1, SIDE), -torch.ones(1, SIDE))
        steps.append(tile.get_weights()[0] / DW_MIN - 1)
    return np.asarray(torch.stack(steps).flatten().double().numpy())
