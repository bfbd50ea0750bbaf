"""Stochastic pulse trains: how long they are and how likely each slot fires.

Gokmen & Vlasov 2016, with AIHWKIT's update management and update BL management: per sample, with strength s =
|lr|/dw_min and k = s·x_max·d_max, the train has BL = min(⌈k⌉, desired_bl) slots; a row fires with probability
min(|d|·A, 1) and a column with min(|x|·B, 1), A = B = √(s/BL); update management multiplies A by √(x_max/d_max) and
B by its inverse. A coincidence of row and column is one pulse of sign −sgn(lr·x·d), so that E[ΔW] = −lr·x·dᵀ while
nothing is clipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from analogbench.api.streams import mix, uniform


@dataclass(frozen=True)
class PulseSettings:
    """desired_bl: longest train. update_management: balance rows and columns. update_bl_management: shorten trains that
    need few pulses; off, every train has desired_bl slots."""

    desired_bl: int = 31
    update_management: bool = True
    update_bl_management: bool = True

    @property
    def balanced(self) -> bool:
        """Whether rows and columns are balanced: always where trains are shortened, as in AIHWKIT."""
        return self.update_management or self.update_bl_management


@dataclass(frozen=True)
class Trains:
    """length: (R, B) slots of each sample. p_x: (R, B, inputs), p_d: (R, B, outputs), probability of a slot to fire."""

    length: Tensor
    p_x: Tensor
    p_d: Tensor


@dataclass(frozen=True)
class Factors:
    """length: (R, B, 1) slots of each sample. x, d: (R, B, 1), what turns |x| and |d| into the probabilities
    that a slot fires."""

    length: Tensor
    x: Tensor
    d: Tensor


def plan_factors(x: Tensor, d: Tensor, strength: Tensor, settings: PulseSettings) -> Factors:
    """x: (R, B, inputs), d: (R, B, outputs), strength: (R, 1, 1), |lr|/dw_min. Samples without a finite k get no
    slot."""
    x_max, d_max = x.abs().amax(-1, keepdim=True), d.abs().amax(-1, keepdim=True)  # (R, B, 1)
    k = strength * x_max * d_max
    valid = (k > 0) & torch.isfinite(k)
    desired = float(settings.desired_bl)
    length = k.ceil().clamp(max=desired) if settings.update_bl_management else torch.full_like(k, desired)
    length = torch.where(valid, length, 0.0)
    p_x = p_d = torch.sqrt(strength / length.clamp(min=1.0))
    if settings.balanced:
        balance = torch.sqrt(x_max / (d_max * (desired / k).clamp(max=1.0)))
        p_d, p_x = p_d * balance, p_x / balance
    return Factors(length, torch.where(valid, p_x, 0.0), torch.where(valid, p_d, 0.0))


def plan_trains(x: Tensor, d: Tensor, strength: Tensor, settings: PulseSettings) -> Trains:
    """The trains of all lines. Arguments as for `plan_factors`."""
    factors = plan_factors(x, d, strength, settings)
    valid, zero = factors.length > 0, torch.zeros((), device=x.device)
    p_x, p_d = torch.where(valid, x.abs() * factors.x, zero), torch.where(valid, d.abs() * factors.d, zero)
    return Trains(factors.length[..., 0], p_x, p_d)


def expected_pulses(x: Tensor, d: Tensor, strength: Tensor, settings: PulseSettings) -> Tensor:
    """The mean number of coincidences in all trains of a mini-batch. Arguments as for `plan_trains` → (R,) float64."""
    trains = plan_trains(x, d, strength, settings)
    fired_x, fired_d = trains.p_x.clamp(max=1.0).sum(-1), trains.p_d.clamp(max=1.0).sum(-1)  # (R, B), per slot
    return (trains.length * fired_x * fired_d).sum(1, dtype=torch.float64)


def draw_trains(x: Tensor, d: Tensor, trains: Trains, keys: Tensor, slots: int) -> tuple[Tensor, Tensor]:
    """Draw signed 0/1 trains. keys: (R,) → X: (R, B, slots, inputs), D: (R, B, slots, outputs), entries −1, 0, 1."""
    _, b, inputs = x.shape
    outputs = d.shape[-1]
    used = torch.arange(slots, device=x.device) < trains.length[..., None]  # (R, B, slots)
    fire_x = (uniform(keys, b, slots, inputs) < trains.p_x[:, :, None]) & used[..., None]
    fire_d = (uniform(mix(keys), b, slots, outputs) < trains.p_d[:, :, None]) & used[..., None]
    return fire_x * x.sign()[:, :, None].nan_to_num(), fire_d * d.sign()[:, :, None].nan_to_num()
