"""`fast_lr` is the same number everywhere: the fast array takes the step fast_lr·d·x, whatever the learning rate is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from analogbench_plugins.algorithms.tiki_taka import TikiTaka
from analogbench_plugins.devices.aihwkit.families import FAMILIES, KitSoftBounds
from analogbench_plugins.devices.ideal import IdealSoftBounds
from analogbench_plugins.devices.pulsed import ConstantStep, ExpStep, LinearStep, PowStep, SoftBounds

from analogbench.api import Device, TileContext

MakeContext = Callable[..., Callable[[str], TileContext]]
R, OUT, IN, FAST_LR = 60, 5, 6, 0.02
IDEALIZED = [IdealSoftBounds, SoftBounds, LinearStep, ConstantStep, ExpStep, PowStep]
CASES = [(device, "composed") for device in IDEALIZED] + [(d, way) for d in FAMILIES for way in ("composed", "native")]


def fast_step(device: type[Device], way: str, lr: float, make: Callable[[str], TileContext]) -> torch.Tensor:
    """The mean step of the fast array over replicas and crosspoints, along the gradient, as a share of it."""
    quiet = {name: 0.0 for name in ("dw_min_dtod", "dw_min_std", "up_down_dtod") if name in device.Params.model_fields}
    params = device.Params(**quiet, **({"implementation": way} if device in FAMILIES else {}))
    rule = TikiTaka(TikiTaka.Params(fast_lr=FAST_LR))
    x, d = torch.rand(R, 60, IN), torch.rand(R, 60, OUT) * 0.05
    rate = torch.full((R, 1, 1), lr)
    if way == "native":
        tile: Any = device(params).build_compound(rule.compound(), (R, OUT, IN), make)
        tile.program(torch.zeros(R, OUT, IN))
        tile.update(x, d, rate)
        step = torch.stack([t.get_hidden_parameters()["hidden_weights_0"] for t in tile.tiles])
    else:
        state = rule.build(lambda name: device(params).build_tile((R, OUT, IN), make(name)))
        rule.update(state, x, d, rate)
        step = state.fast.read()
    gradient = d.mT @ x
    return (step * gradient).sum() / (gradient * gradient).sum()


@pytest.mark.parametrize(("device", "way"), CASES, ids=[f"{device.name}, {way}" for device, way in CASES])
def test_the_size_of_the_fast_step(device: type[Device], way: str, context: MakeContext) -> None:
    for lr in (0.02, 0.5):
        assert fast_step(device, way, lr, context(R)).item() == pytest.approx(-FAST_LR, rel=0.06)


@pytest.mark.parametrize(
    "odd", [{"corrupt_devices_prob": 0.3}, {"up_down": 0.5}, {"up_down": 0.2, "dw_min_dtod": 0.0}], ids=str
)
def test_odd_crosspoints_do_not_change_what_trains_are_planned_with(
    odd: dict[str, float], context: MakeContext
) -> None:
    """AIHWKIT would plan those of a compound with the mean step of the crosspoints that it is given."""
    params, rule = KitSoftBounds.Params(**{"dw_min_dtod": 0.1, **odd}), TikiTaka(TikiTaka.Params())
    compound: Any = KitSoftBounds(params).build_compound(rule.compound(), (3, OUT, IN), context(3))
    for tile in compound.tiles:
        extra = tile.tile.dump_extra()
        planned = [value for name, value in extra.items() if name.endswith("weight_granularity")]
        assert len(planned) >= 2
        assert np.ravel(planned) == pytest.approx(params.dw_min)
