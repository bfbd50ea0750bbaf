"""How the constants of the crosspoints lie in memory.

A pulse on the CPU needs all constants of one crosspoint: they lie side by side, in a quarter or half of a cache line,
since fetching them is most of a pulse's cost. A pass over all crosspoints, on the GPU or in expected mode, reads one
constant of many: planes of constants, see `response`.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from analogbench.crossbar.response import (
    CURVE_DOWN,
    CURVE_UP,
    EXPONENTIAL,
    PLANES,
    POWER,
    REFERENCE,
    SCALE_DOWN,
    SCALE_UP,
    TABLE,
    W_MAX,
    W_MIN,
)

KEPT, SOFT, NONE = range(3)
"""Where the slopes of a linear curve, or a power's exponents, come from: they are kept; they follow from the bounds,
slope₊ = −scale₊/w_max and slope₋ = −scale₋/w_min (soft bounds); there are none. Only kept curves have a reference."""

NARROW, WIDE = 4, 8
"""Numbers kept for each crosspoint: the first four planes, or all, and one for alignment."""


def curves_of(planes: Tensor, kind: int) -> int:
    """Which of KEPT, SOFT and NONE holds, exactly, for all of `planes`, (PLANES, R, outputs, inputs)."""
    if kind == POWER or bool(planes[REFERENCE].any()):
        return KEPT
    curves = planes[CURVE_UP : CURVE_DOWN + 1]
    if kind in {EXPONENTIAL, TABLE} or not bool(curves.any()):
        return NONE
    return SOFT if torch.equal(curves, _soft(planes)) else KEPT


def _soft(planes: Tensor) -> Tensor:
    scales, bounds = planes[[SCALE_UP, SCALE_DOWN]], planes[[W_MAX, W_MIN]]
    return -scales / bounds


def side_by_side(planes: Tensor, curves: int) -> Tensor:
    """The constants as (R, outputs, inputs, NARROW or WIDE). curves: as `curves_of` says."""
    crosspoints = planes.permute(1, 2, 3, 0)
    if curves == KEPT:
        return functional.pad(crosspoints, (0, WIDE - PLANES)).contiguous()
    return crosspoints[..., :NARROW].contiguous()


def as_planes(constants: Tensor, curves: int) -> Tensor:
    """What `side_by_side` was made from, (PLANES, R, outputs, inputs); a view where everything was kept."""
    planes = constants.permute(3, 0, 1, 2)
    if curves == KEPT:
        return planes[:PLANES]
    slopes = _soft(planes) if curves == SOFT else torch.zeros_like(planes[:2])
    return torch.cat([planes, torch.zeros_like(planes[:1]), slopes])
