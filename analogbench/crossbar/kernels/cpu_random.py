"""The random numbers of `analogbench.api.streams`, for use inside numba kernels.

`fill_normals` gives the numbers of `streams.normal`, up to rounding. All loops here are free of branches and of calls
into the mathematical library, so that the compiler turns them into vector instructions: a normal number costs a
nanosecond.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analogbench.api import streams

Floats = NDArray[np.float32]

GOLDEN, MIX_1, MIX_2 = (np.uint64(number) for number in streams.SPLITMIX)
CONTRACT = {"contract"}
"""A multiplication and an addition may become one instruction; unlike full fast math this keeps a NaN a NaN."""

f32, i32 = np.float32, np.int32


@njit(cache=True, inline="always")
def mix(z: np.uint64) -> np.uint64:
    """SplitMix64's output function on uint64."""
    z = (z ^ (z >> np.uint64(30))) * MIX_1
    z = (z ^ (z >> np.uint64(27))) * MIX_2
    return z ^ (z >> np.uint64(31))


@njit(cache=True, inline="always")
def hashed(key: np.uint64, index: int) -> np.uint64:
    """Random bits number `index` of a key."""
    return mix(key + (np.uint64(index) + np.uint64(1)) * GOLDEN)


@njit(cache=True, fastmath=CONTRACT)
def fill_normals(key: np.uint64, first_pair: int, count: int, out: Floats) -> None:
    """Write the normal numbers 2·first_pair, 2·first_pair + 1, … of a key into `out`, at least `count` of them."""
    for pair in range((count + 1) // 2):
        out[2 * pair], out[2 * pair + 1] = _box_muller(hashed(key, first_pair + pair))


@njit(cache=True, fastmath=CONTRACT)
def normals_of(states: NDArray[np.uint64], count: int, out: Floats) -> None:
    """Write a pair of normal numbers for each of states[:count], which are a key plus a multiple of GOLDEN."""
    for pair in range(count):
        out[2 * pair], out[2 * pair + 1] = _box_muller(mix(states[pair]))


@njit(cache=True, inline="always")
def _box_muller(bits: np.uint64) -> tuple[np.float32, np.float32]:
    """Two independent normal numbers: the radius from the upper 24 bits, the angle from the lower 24."""
    uniform = f32(i32(bits >> np.uint64(40)) + i32(1)) * f32(2.0**-24)  # in (0, 1]
    radius = math.sqrt(max(f32(-2.0) * _log(uniform), f32(0.0)))
    cosine, sine = _quarter_turns(f32(i32(bits & np.uint64(0xFFFFFF))) * f32(2.0**-22))
    return radius * cosine, radius * sine


@njit(cache=True, inline="always")
def _log(u: np.float32) -> np.float32:
    """ln u of a positive normal number, to 2 in the last place: u = 2ᵉ(1 + m), and a polynomial in m (Cephes)."""
    bits = f32(u).view(i32)
    exponent = (bits - i32(0x3F3504F3)) >> i32(23)  # so that 1 + m lies in [√½, √2)
    m = i32(bits - (exponent << i32(23))).view(f32) - f32(1.0)
    p = f32(7.0376836292e-2)
    p = p * m - f32(1.1514610310e-1)
    p = p * m + f32(1.1676998740e-1)
    p = p * m - f32(1.2420140846e-1)
    p = p * m + f32(1.4249322787e-1)
    p = p * m - f32(1.6668057665e-1)
    p = p * m + f32(2.0000714765e-1)
    p = p * m - f32(2.4999993993e-1)
    p = p * m + f32(3.3333331174e-1)
    z = m * m
    return p * m * z - f32(0.5) * z + m + f32(exponent) * f32(math.log(2.0))


@njit(cache=True, inline="always")
def _quarter_turns(t: np.float32) -> tuple[np.float32, np.float32]:
    """Cosine and sine of t·π/2 for t in [0, 4): polynomials around the nearest quarter turn (Cephes)."""
    quarter = i32(t + f32(0.5))
    a = (t - f32(quarter)) * f32(math.pi / 2)
    z = a * a
    s = ((f32(-1.9515295891e-4) * z + f32(8.3321608736e-3)) * z - f32(1.6666654611e-1)) * z * a + a
    c = ((f32(2.443315711809948e-5) * z - f32(1.388731625493765e-3)) * z + f32(4.166664568298827e-2)) * z * z
    c = c - f32(0.5) * z + f32(1.0)
    is_odd = (quarter & i32(1)) != 0
    cosine, sine = (s if is_odd else c), (c if is_odd else s)
    cosine = -cosine if ((quarter + i32(1)) & i32(2)) != 0 else cosine
    sine = -sine if (quarter & i32(2)) != 0 else sine
    return cosine, sine
