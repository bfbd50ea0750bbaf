"""Steps of training per second, stacked: run with `tox -e bench`. The cases are those of `analogbench bench`; a round
trains R replicas for a few steps."""

from __future__ import annotations

import functools
from typing import Any

import pytest
import torch

from analogbench.bench.cases import Case, cases_of
from analogbench.bench.stepping import walk_of
from analogbench.grid.selection import unusable
from analogbench.grid.suite import find_suite, suite_plan
from analogbench.registry import Registry, load

SUITE, REPLICAS = "speed", (1, 8)
STEPS = 3


@functools.cache
def registry() -> Registry:
    return load()


def cases() -> list[Any]:
    suite = find_suite(registry(), SUITE)
    assert suite.bench is not None
    found = cases_of(registry(), suite_plan(registry(), suite).cells, suite.bench)
    return [
        pytest.param(case, replicas, id=f"{case.name}, R={replicas}".replace("×", "x"))
        for case in found
        for replicas in case.replicas(REPLICAS)
    ]


@pytest.mark.parametrize("target", ["cpu", "cuda"])
@pytest.mark.parametrize(("case", "replicas"), cases())
def test_training_step(benchmark: Any, case: Case, replicas: int, target: str) -> None:
    if target == "cuda" and not torch.cuda.is_available():
        pytest.skip("there is no CUDA GPU that torch can use")
    if target not in case.targets:
        pytest.skip(f"{case.cell.device} has no kernels for {target} here")
    if why := unusable(registry(), "device", case.cell.device.name):
        pytest.skip(why)
    walk = walk_of(case.cell, replicas, target, registry())

    def steps() -> None:
        walk.advance(STEPS)
        walk.wait()

    benchmark.group = f"{case.task} {target}"
    benchmark.extra_info["replicas"] = replicas
    benchmark.pedantic(steps, rounds=15, iterations=1, warmup_rounds=5)
    if benchmark.stats:
        benchmark.extra_info["replica_steps_per_second"] = round(STEPS * replicas / benchmark.stats["median"])
