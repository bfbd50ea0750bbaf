"""`fast_lr` is the same number everywhere: the fast array takes the step fast_lr·d·x, whatever the learning rate is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from analogbench_plugins.algorithms.tiki_taka import TikiTaka
from analogbench_plugins.devices.aihwkit.families import FAMILIES
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
