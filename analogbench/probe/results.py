"""What was measured of a device. Weights are in the tile's own units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Responses:
    """Mean steps of one pulse, as multiples of the granularity.

    levels: (L,) weights at which was pulsed. up, down: (L, N) q₊ and q₋ of N crosspoints, NaN where a crosspoint
    cannot hold the level. noise_up, noise_down: (L,) the standard deviation of a single step, the mean over
    crosspoints: cycle to cycle.
    """

    levels: Array
    up: Array
    down: Array
    noise_up: Array
    noise_down: Array


@dataclass(frozen=True)
class Trains:
    """Weights after pulses up and as many down, from the lower bound on.

    pulses: (P,) how many there were so far. weights: (C, P, N), of C cycles and N crosspoints. up: how many go up.
    """

    pulses: Array
    weights: Array
    up: int


@dataclass(frozen=True)
class Portrait:
    """All of a device. label: its name and parameters. granularity: the learning rate that gives one pulse where
    x = d = 1. exact: whether a pulse is certain, and not only one in the mean."""

    label: str
    granularity: float
    exact: bool
    responses: Responses
    trains: Trains
