"""The random numbers of `analogbench.api.streams` inside Triton kernels: the very same bits from the same key.

Number `index` of a key is a hash of both, so it does not matter which program draws it, nor how the work is cut.
"""

from __future__ import annotations

import math

import triton
import triton.language as tl

from analogbench.api import streams

GOLDEN, MIX_1, MIX_2 = (tl.constexpr(number) for number in streams.SPLITMIX)
_24 = tl.constexpr(2.0**-24)
_QUARTER = tl.constexpr(math.pi / 2)
_TURN = tl.constexpr(2.0 * math.pi * 2.0**-24)


@triton.jit
def mix(z: tl.tensor) -> tl.tensor:
    """SplitMix64's output function on uint64."""
    z = (z ^ (z >> 30)) * MIX_1
    z = (z ^ (z >> 27)) * MIX_2
    return z ^ (z >> 31)


@triton.jit
def load_key(keys: tl.tensor, replica: tl.tensor) -> tl.tensor:
    """A replica's key as uint64, from keys: (R,) int64. A block of one: Triton's interpreter computes with numpy, which
    lets blocks of uint64 wrap around but warns of a lone number that does."""
    return tl.load(keys + replica + tl.arange(0, 1)).to(tl.uint64, bitcast=True)


@triton.jit
def _bits(key: tl.tensor, index: tl.tensor) -> tl.tensor:
    return mix(key + (index + 1).to(tl.uint64) * GOLDEN)


@triton.jit
def uniform(key: tl.tensor, index: tl.tensor) -> tl.tensor:
    """Number `index` of `streams.uniform(key)`, for a block of indices."""
    return (_bits(key, index) >> 40).to(tl.int32).to(tl.float32) * _24


@triton.jit
def normal(key: tl.tensor, index: tl.tensor) -> tl.tensor:
    """Number `index` of `streams.normal(key)`, for a block of indices: a pair shares its hash."""
    bits = _bits(key, index // 2)
    radius = tl.sqrt(-2.0 * tl.log(((bits >> 40).to(tl.int32).to(tl.float32) + 1.0) * _24))
    angle = (bits & 0xFFFFFF).to(tl.int32).to(tl.float32) * _TURN
    return radius * tl.cos(angle - (index % 2).to(tl.float32) * _QUARTER)  # the odd ones are sines
