"""The curves of `analogbench.crossbar.response`, and a pulse, for a block of crosspoints inside Triton kernels."""

from __future__ import annotations

import triton
import triton.language as tl

from analogbench.crossbar import response

LINEAR, EXPONENTIAL, POWER = (tl.constexpr(kind) for kind in (response.LINEAR, response.EXPONENTIAL, response.POWER))
SCALE_UP, SCALE_DOWN = tl.constexpr(response.SCALE_UP), tl.constexpr(response.SCALE_DOWN)
W_MAX, W_MIN, REFERENCE = tl.constexpr(response.W_MAX), tl.constexpr(response.W_MIN), tl.constexpr(response.REFERENCE)
CURVE_UP, CURVE_DOWN = tl.constexpr(response.CURVE_UP), tl.constexpr(response.CURVE_DOWN)

SUPPORTED = (response.LINEAR, response.EXPONENTIAL, response.POWER)
"""The kinds that `step_size` knows. A table would have to be gathered from memory at every pulse."""


@triton.jit
def step_size(
    KIND: tl.constexpr,
    up: tl.tensor,
    v: tl.tensor,
    scale: tl.tensor,
    curve: tl.tensor,
    w_max: tl.tensor,
    w_min: tl.tensor,
    shared: tl.tensor,
) -> tl.tensor:
    """Size of one pulse at v, in the direction `up`; scale and curve are the crosspoint's constants for that direction.

    shared: points at the replica's shared constants. All others are blocks of crosspoints.
    """
    if KIND == LINEAR:
        step = scale + curve * v
    elif KIND == EXPONENTIAL:
        z = 2.0 * tl.load(shared + 4) / (w_max - w_min) * v + tl.load(shared + 5)
        amplitude = tl.where(up, tl.load(shared), tl.load(shared + 1))
        gamma = tl.where(up, tl.load(shared + 2), -tl.load(shared + 3))
        drop = 1.0 - amplitude * tl.exp(gamma * z)
        step = scale * tl.where(drop < 0.0, 0.0, drop)  # written so that a NaN stays one
    else:
        tl.static_assert(KIND == POWER)
        room = tl.where(up, w_max - v, v - w_min) / (w_max - w_min)
        room = tl.where(room < 1e-12, 1e-12, room)
        step = scale * tl.exp(curve * tl.log(room))
    return step


@triton.jit
def load_constants(place: tl.tensor, per_plane: tl.tensor, inside: tl.tensor) -> tl.tuple:
    """The constants of a block of crosspoints, one block for each plane. place: points into the first plane."""
    per_plane = tl.cast(per_plane, tl.int64)
    return (
        tl.load(place + SCALE_UP * per_plane, inside, 0.0),
        tl.load(place + SCALE_DOWN * per_plane, inside, 0.0),
        tl.load(place + W_MAX * per_plane, inside, 1.0),
        tl.load(place + W_MIN * per_plane, inside, -1.0),
        tl.load(place + REFERENCE * per_plane, inside, 0.0),
        tl.load(place + CURVE_UP * per_plane, inside, 0.0),
        tl.load(place + CURVE_DOWN * per_plane, inside, 0.0),
    )


@triton.jit
def pulsed(
    w: tl.tensor,
    up: tl.tensor,
    xi: tl.tensor,
    constants: tl.tuple,
    shared: tl.tensor,
    KIND: tl.constexpr,
    ADDITIVE: tl.constexpr,
) -> tl.tensor:
    """The weights after one pulse each, up or down. xi: cycle-to-cycle noise, relative. All are blocks."""
    scale_up, scale_down, w_max, w_min, reference, curve_up, curve_down = constants
    v = w + reference
    scale, curve = tl.where(up, scale_up, scale_down), tl.where(up, curve_up, curve_down)
    step = step_size(KIND, up, v, scale, curve, w_max, w_min, shared)
    step += (scale if ADDITIVE else step) * xi
    v = tl.where(up, v + step, v - step)
    return tl.where(v > w_max, w_max, tl.where(v < w_min, w_min, v)) - reference  # a NaN stays one
