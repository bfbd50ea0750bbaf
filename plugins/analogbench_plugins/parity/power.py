"""What the comparison can see: the idealized tile made wrong on purpose, by little; each must be found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from analogbench.crossbar.array import Array
from analogbench.crossbar.pulses import PulseSettings
from analogbench.crossbar.response import CURVE_DOWN, CURVE_UP, REFERENCE, SCALE_DOWN, SCALE_UP
from analogbench_plugins.parity.draws import Draws, Ours, kit_tile, kit_updates, our_updates
from analogbench_plugins.parity.families import Case, make_batch
from analogbench_plugins.parity.moments import Agreement, compare


def _larger_step(array: Array) -> None:
    planes = array.planes.clone()
    for plane in (SCALE_UP, SCALE_DOWN, CURVE_UP, CURVE_DOWN):
        planes[plane] *= 1.03
    array.set_planes(planes)


def _more_noise(array: Array) -> None:
    array.c2c *= 1.15


def _other_reference(array: Array) -> None:
    planes = array.planes.clone()
    planes[REFERENCE, :, 2, 3] += 0.05
    array.set_planes(planes)


def _other_noise(array: Array) -> None:
    array.response = replace(array.response, additive_noise=False)


def _less_write_noise(array: Array) -> None:
    if array.write_noise is not None:
        array.write_noise *= 0.9


def _independent(draws: Draws) -> Draws:
    """Each crosspoint's draws in another order: the same means and spreads, no correlation. (n, P)"""
    return np.stack([np.roll(entry, shift) for shift, entry in enumerate(draws.T)], axis=1)


@dataclass(frozen=True)
class Wrong:
    """A mistake. how: in the idealized tile; afterwards: in its draws. more, update: settings of both, see Case."""

    rate: str
    how: Ours = field(default_factory=Ours)
    afterwards: Callable[[Draws], Draws] | None = None
    more: Mapping[str, float] = field(default_factory=dict)
    update: Mapping[str, bool] = field(default_factory=dict)


MISTAKES = {
    "all steps 3 % too large": Wrong("high", Ours(perturb=_larger_step)),
    "cycle-to-cycle noise 15 % too large": Wrong("high", Ours(perturb=_more_noise)),
    "one reference wrong by 0.05": Wrong("high", Ours(perturb=_other_reference)),
    "noise in proportion to the step": Wrong("high", Ours(perturb=_other_noise)),
    "write noise 10 % too small": Wrong("middle", Ours(perturb=_less_write_noise), more={"write_noise_std": 2.0}),
    "trains of 30 slots instead of 31": Wrong("high", Ours(settings=PulseSettings(30))),
    "no update management": Wrong(
        "high", Ours(settings=PulseSettings(31, False, False)), update={"update_bl_management": False}
    ),
    "crosspoints fire independently, low rate": Wrong("low", afterwards=_independent),
    "crosspoints fire independently, high rate": Wrong("high", afterwards=_independent),
}
"""All with soft bounds and every variation on."""


def compare_wrong(name: str, draws: int, seed: int) -> Agreement:
    """AIHWKIT against the idealized tile with the mistake of that name."""
    wrong = MISTAKES[name]
    case, batch = Case("soft bounds", wrong.rate, True, wrong.more, wrong.update), make_batch(wrong.rate, seed)
    ours = our_updates(kit_tile(case, seed), batch, draws, seed, wrong.how)
    return compare(kit_updates(case, batch, draws, seed), wrong.afterwards(ours) if wrong.afterwards else ours)
