"""Response curves: how far one pulse moves a weight that stands at w.

A response is two curves, q₊(w) for a pulse up and q₋(w) for a pulse down ([P24] §2;
AIHWKIT's pulsed devices). Four kinds cover the literature: linear in w (soft bounds, linear step, constant step),
exponential, power, and piecewise linear through a table of measured points. Curves act on v = w + reference, the
conductance behind the weight.

Every crosspoint has its own constants; they are kept in planes, a tensor (PLANES, R, outputs, inputs).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

SCALE_UP, SCALE_DOWN, W_MAX, W_MIN, REFERENCE, CURVE_UP, CURVE_DOWN = range(7)
"""Index of each plane. CURVE_UP and CURVE_DOWN hold the slopes (LINEAR) or the exponents (POWER)."""

PLANES = 7

LINEAR, EXPONENTIAL, POWER, TABLE = range(4)


@dataclass(frozen=True)
class Curves:
    """q₊, q₋ and their derivatives at some v, each (R, outputs, inputs)."""

    up: Tensor
    down: Tensor
    up_slope: Tensor
    down_slope: Tensor


@dataclass(frozen=True)
class Response:
    """The kind of curve and the constants that all crosspoints of a replica share.

    shared: (R, K) float32. EXPONENTIAL: A₊, A₋, γ₊, γ₋, a, b. TABLE: the points of q₊, then those of q₋, as
    multiples of the crosspoint's scale at equally spaced v from w_min to w_max. LINEAR and POWER share nothing.
    additive_noise: cycle-to-cycle noise is a fraction of the crosspoint's scale, not of the step (AIHWKIT's
    mult_noise off).
    """

    kind: int
    shared: Tensor
    additive_noise: bool = False

    def curves(self, v: Tensor, planes: Tensor) -> Curves:
        """Evaluate at v: (R, outputs, inputs), with planes (PLANES, R, outputs, inputs)."""
        return (_linear, _exponential, _power, _table)[self.kind](v, planes, self.shared)


def _linear(v: Tensor, planes: Tensor, shared: Tensor) -> Curves:
    """q₊ = scale₊ + slope₊·v, q₋ likewise."""
    up, down = planes[CURVE_UP], planes[CURVE_DOWN]
    return Curves(planes[SCALE_UP] + up * v, planes[SCALE_DOWN] + down * v, up, down)


def _exponential(v: Tensor, planes: Tensor, shared: Tensor) -> Curves:
    """q₊ = scale₊·max(1 − A₊·exp(γ₊z), 0), q₋ with −z; z = 2a·v/(w_max − w_min) + b (AIHWKIT's ExpStep)."""
    a_up, a_down, gamma_up, gamma_down, a, b = (s[:, None, None] for s in shared.unbind(1))
    dz = 2.0 * a / (planes[W_MAX] - planes[W_MIN])
    z = dz * v + b
    drop_up, drop_down = a_up * torch.exp(gamma_up * z), a_down * torch.exp(-gamma_down * z)
    up, down = planes[SCALE_UP], planes[SCALE_DOWN]
    return Curves(
        up * (1.0 - drop_up).clamp(min=0.0),
        down * (1.0 - drop_down).clamp(min=0.0),
        torch.where(drop_up < 1.0, -up * drop_up * gamma_up * dz, 0.0),
        torch.where(drop_down < 1.0, down * drop_down * gamma_down * dz, 0.0),
    )


def _power(v: Tensor, planes: Tensor, shared: Tensor) -> Curves:
    """q₊ = scale₊·((w_max − v)/range)^γ₊, q₋ = scale₋·((v − w_min)/range)^γ₋ (AIHWKIT's PowStep)."""
    span = planes[W_MAX] - planes[W_MIN]
    room_up = ((planes[W_MAX] - v) / span).clamp(min=1e-12)
    room_down = ((v - planes[W_MIN]) / span).clamp(min=1e-12)
    gamma_up, gamma_down = planes[CURVE_UP], planes[CURVE_DOWN]
    up = planes[SCALE_UP] * room_up**gamma_up
    down = planes[SCALE_DOWN] * room_down**gamma_down
    return Curves(up, down, -gamma_up * up / (room_up * span), gamma_down * down / (room_down * span))


def _table(v: Tensor, planes: Tensor, shared: Tensor) -> Curves:
    """Linear interpolation between measured points (AIHWKIT's PiecewiseStep)."""
    points = shared.shape[1] // 2
    span = planes[W_MAX] - planes[W_MIN]
    position = (v - planes[W_MIN]) / span * (points - 1)
    index = position.floor().clamp(0, points - 2)
    values, slopes = [], []
    for scale, table in ((planes[SCALE_UP], shared[:, :points]), (planes[SCALE_DOWN], shared[:, points:])):
        flat = index.long().flatten(1)
        left, right = (table.gather(1, flat + side).view_as(v) for side in (0, 1))
        values.append(scale * (left + (right - left) * (position - index)))
        slopes.append(scale * (right - left) * (points - 1) / span)
    return Curves(values[0], values[1], slopes[0], slopes[1])
