"""AIHWKIT's devices and mini-batches for the comparison of pulsed updates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

TAU, DW_MIN, RATE = 0.6, 0.002, 0.05
"""Nominal bound and step of all devices, and the learning rate of all updates."""

OUTPUTS, INPUTS, BATCH = 6, 8, 10

QUIET = {
    "dw_min_dtod": 0.0,
    "dw_min_std": 0.0,
    "w_max_dtod": 0.0,
    "w_min_dtod": 0.0,
    "up_down_dtod": 0.0,
    "w_max": TAU,
    "w_min": -TAU,
    "dw_min": DW_MIN,
}
"""AIHWKIT's PulsedDevice with every variation off."""

VARIED = QUIET | {
    "dw_min_dtod": 0.3,
    "dw_min_std": 0.3,
    "w_max_dtod": 0.3,
    "w_min_dtod": 0.3,
    "up_down": 0.1,
    "up_down_dtod": 0.05,
}
"""Every variation on that all devices share."""

GAMMAS = {"gamma_up": 0.4, "gamma_down": 0.2}
REFERENCES = {"slope_up_dtod": 0.1, "slope_down_dtod": 0.1, "reference_std": 0.05, "subtract_symmetry_point": True}
POWERS = {"pow_gamma_dtod": 0.1, "pow_up_down": 0.2, "pow_up_down_dtod": 0.05}


@dataclass(frozen=True)
class Family:
    """An AIHWKIT device class, its own parameters with every variation off, and those that turn its own ones on."""

    device: str
    quiet: Mapping[str, Any] = field(default_factory=dict)
    varied: Mapping[str, Any] = field(default_factory=dict)

    def build(self, varied: bool, seed: int, more: Mapping[str, Any]) -> Any:
        """The device; seed: AIHWKIT's construction_seed, which fixes the crosspoints."""
        from aihwkit.simulator.configs import devices

        values = {**VARIED, **self.quiet, **self.varied} if varied else {**QUIET, **self.quiet}
        return getattr(devices, self.device)(construction_seed=seed + 1, **{**values, **more})


FAMILIES = {
    "soft bounds": Family("SoftBoundsReferenceDevice", varied=REFERENCES),
    "constant": Family("ConstantStepDevice"),
    "linear": Family(
        "LinearStepDevice",
        quiet=GAMMAS | {"gamma_up_dtod": 0.0, "gamma_down_dtod": 0.0},
        varied={"gamma_up_dtod": 0.1, "gamma_down_dtod": 0.1},
    ),
    "exponential": Family("ExpStepDevice"),
    "power": Family("PowStepDevice", quiet={"pow_gamma": 1.5, "pow_gamma_dtod": 0.0}, varied=POWERS),
}

RATES = {"low": (0.02, 0.6), "middle": (0.3, 8.0), "high": (3.0, 70.0)}
"""The samples of a mini-batch want from so many to so many pulses at their strongest crosspoint."""


@dataclass(frozen=True)
class Batch:
    """What is given to both tiles. w: (outputs, inputs), x: (B, inputs), d: (B, outputs), lr: rate."""

    w: Tensor
    x: Tensor
    d: Tensor
    lr: float = RATE


def make_batch(rate: str, seed: int) -> Batch:
    """Weights over the whole range, four of them at the nominal bounds; a silent input and a sample without errors."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(OUTPUTS * INPUTS, generator=generator)
    w = torch.linspace(-0.8 * TAU, 0.8 * TAU, OUTPUTS * INPUTS)[order]
    w[:4] = torch.tensor([TAU, -TAU, 0.97 * TAU, -0.97 * TAU])
    low, high = (torch.tensor(k).log10().item() for k in RATES[rate])
    x, d = (_entries(size, generator) for size in (INPUTS, OUTPUTS))
    d *= torch.logspace(low, high, BATCH)[torch.randperm(BATCH, generator=generator), None] * DW_MIN / RATE
    x[:, 0], d[3] = 0.0, 0.0
    return Batch(w.reshape(OUTPUTS, INPUTS), x, d)


def _entries(size: int, generator: torch.Generator) -> Tensor:
    """(B, size): of both signs, no size below a fifth of the largest, one in ten zero."""
    sizes = 0.2 + 0.8 * torch.rand(BATCH, size, generator=generator)
    signs = torch.where(torch.rand(BATCH, size, generator=generator) < 0.5, -1.0, 1.0)
    return torch.where(torch.rand(BATCH, size, generator=generator) < 0.1, 0.0, sizes * signs)


@dataclass(frozen=True)
class Case:
    """One comparison of pulsed updates: a family, a rate, variations on or off, and what else differs."""

    family: str
    rate: str
    varied: bool
    more: Mapping[str, Any] = field(default_factory=dict)
    update: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """As in the tables."""
        extra = [f"{name} {value}" for name, value in (*self.more.items(), *self.update.items())]
        return ", ".join([self.family, f"{self.rate} rate", "varied" if self.varied else "no variation", *extra])

    def order_counts(self, inner: bool) -> bool:
        """Where a weight may run into a bound between two pulses, and everywhere where these are many."""
        return self.rate == "high" or (self.rate == "middle" and not inner)

    def config(self, seed: int) -> Any:
        """AIHWKIT's SingleRPUConfig."""
        from aihwkit.simulator.configs import SingleRPUConfig, UpdateParameters

        device = FAMILIES[self.family].build(self.varied, seed, self.more)
        return SingleRPUConfig(device=device, update=UpdateParameters(**self.update))


MAIN = [Case(family, rate, varied) for family in FAMILIES for rate in RATES for varied in (False, True)]
"""Each family at each rate, with and without variations."""

BOTH_OFF = {"update_management": False, "update_bl_management": False}
VARIANTS = [
    *(Case("soft bounds", rate, True, {"mult_noise": True}) for rate in ("low", "high")),
    *(Case("linear", rate, True, {"mult_noise": False}) for rate in ("low", "high")),
    *(Case(family, "middle", True, {"write_noise_std": 2.0}) for family in FAMILIES if family != "constant"),
    Case("soft bounds", "high", True, {"dw_min_dtod_log_normal": True, "up_down": -0.2}),
    Case("linear", "high", True, {"mean_bound_reference": False}),
    *(Case("soft bounds", rate, True, update={"desired_bl": 10}) for rate in ("low", "high")),
    Case("soft bounds", "high", True, update={"desired_bl": 100}),
    *(Case("soft bounds", rate, True, update={"update_bl_management": False}) for rate in ("low", "high")),
    *(Case("soft bounds", rate, True, update=BOTH_OFF) for rate in ("low", "high")),
    Case("soft bounds", "high", True, update={"update_management": False}),
]
"""Further settings, each once or at both rates."""
