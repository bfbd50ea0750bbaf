"""AIHWKIT's tiles trained by AIHWKIT's own layers and optimizer, beside the same tiles in the engine: what `bench`
calls AIHWKIT's speed is not made slow by the engine around it. Run with `tox -e bench`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from aihwkit.nn import AnalogLinear, AnalogSequential
from aihwkit.optim import AnalogSGD
from analogbench_plugins.devices.aihwkit.build import compound_config, device_config, kind_of, tile_config
from analogbench_plugins.tasks import mnist_data
from torch import nn

from analogbench.api.params import stack
from analogbench.bench.stepping import walk_of
from analogbench.grid.plan import plan
from analogbench.registry import load

CPU = torch.device("cpu")
STEPS, BATCH = 20, 10
KIND = kind_of("SoftBoundsReferenceDevice")


def steps_of_the_engine(algorithm: str) -> Callable[[], None]:
    registry = load()
    cell = plan(registry, (algorithm,), ("aihwkit-softbounds",), ("mnist-fcn",), (0,), "quick").cells[0]
    walk = walk_of(cell, 1, "cpu", registry)
    return lambda: walk.advance(STEPS)


def steps_of_aihwkit(algorithm: str) -> Callable[[], None]:
    def layer(inputs: int, outputs: int) -> nn.Module:
        linear: nn.Module = AnalogLinear(inputs, outputs, rpu_config=config_of(algorithm))
        return linear

    model = AnalogSequential(
        layer(784, 256), nn.Sigmoid(), layer(256, 128), nn.Sigmoid(), layer(128, 10), nn.LogSoftmax(dim=1)
    )
    optimizer = AnalogSGD(model.parameters(), lr=0.05)
    optimizer.regroup_param_groups(model)
    images, digits = mnist_data.load("5k", CPU).train
    starts = iter(range(0, 10**9, BATCH))

    def step() -> None:
        start = next(starts) % (len(images) - BATCH)
        optimizer.zero_grad()
        loss = nn.functional.nll_loss(model(images[start : start + BATCH]), digits[start : start + BATCH])
        loss.backward()
        optimizer.step()

    def steps() -> None:
        for _ in range(STEPS):
            step()

    return steps


def config_of(algorithm: str) -> Any:
    """The configuration that `aihwkit-softbounds` gives its tiles."""
    registry = load()
    device = registry.device("aihwkit-softbounds").value
    params = stack([device.Params.model_validate({})], CPU)
    kind = registry.algorithm(algorithm).value
    compound = kind(stack([kind.Params.model_validate({})], CPU)).compound()
    if compound is None:
        return tile_config(device_config(KIND, params, 0, seed=1), params)
    return compound_config(KIND, params, compound, 0)


@pytest.mark.parametrize("loop", [steps_of_aihwkit, steps_of_the_engine], ids=["its own", "the engine"])
@pytest.mark.parametrize("algorithm", ["analog-sgd", "tiki-taka"])
def test_a_training_loop_around_aihwkit(
    benchmark: Any, algorithm: str, loop: Callable[[str], Callable[[], None]]
) -> None:
    torch.set_num_threads(1)
    benchmark.group = f"{algorithm} on AIHWKIT's tiles, mnist-fcn, {STEPS} steps"
    benchmark.pedantic(loop(algorithm), rounds=15, iterations=1, warmup_rounds=5)
