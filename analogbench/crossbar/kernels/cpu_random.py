"""The random numbers of `analogbench.api.streams`, for use inside numba kernels.

`normal_at` gives the very numbers of `streams.normal`; the sequential generator is for draws whose number depends
on the data.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.api import streams

State = NDArray[np.uint64]

GOLDEN, MIX_1, MIX_2 = (np.uint64(number) for number in streams.SPLITMIX)
_2_PI_24 = np.float32(2.0 * math.pi * 2.0**-24)
_24 = np.float32(2.0**-24)


@njit(cache=True, inline="always")
def mix(z: np.uint64) -> np.uint64:
    """SplitMix64's output function on uint64."""
    z = (z ^ (z >> np.uint64(30))) * MIX_1
    z = (z ^ (z >> np.uint64(27))) * MIX_2
    return z ^ (z >> np.uint64(31))


@njit(cache=True)
def normal_pair(key: np.uint64, pair: int) -> tuple[np.float32, np.float32]:
    """Numbers 2·pair and 2·pair + 1 of the sequence that `streams.normal` draws from a key."""
    bits = mix(key + (np.uint64(pair) + np.uint64(1)) * GOLDEN)
    return _box_muller(bits)


@njit(cache=True, inline="always")
def _box_muller(bits: np.uint64) -> tuple[np.float32, np.float32]:
    radius = math.sqrt(np.float32(-2.0) * math.log((np.float32(bits >> np.uint64(40)) + np.float32(1.0)) * _24))
    angle = np.float32(bits & np.uint64(0xFFFFFF)) * _2_PI_24
    return np.float32(radius * math.cos(angle)), np.float32(radius * math.sin(angle))


@njit(cache=True)
def start(key: np.uint64) -> State:
    """The state of a sequential generator: counter, a spare normal number, whether there is a spare one."""
    state = np.zeros(3, np.uint64)
    state[0] = key
    return state


@njit(cache=True, inline="always")
def uniform32(state: State) -> np.uint64:
    """A random integer in [0, 2³²), as uint64."""
    state[0] += GOLDEN
    return mix(state[0]) >> np.uint64(32)


@njit(cache=True)
def standard_normal(state: State) -> np.float32:
    """One standard normal number, float32."""
    if state[2]:
        state[2] = np.uint64(0)
        return np.float32(np.uint32(state[1]).view(np.float32))
    state[0] += GOLDEN
    value, spare = _box_muller(mix(state[0]))
    state[1] = np.uint64(np.float32(spare).view(np.uint32))
    state[2] = np.uint64(1)
    return value
