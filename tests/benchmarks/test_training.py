"""Steps of training per second, stacked: run with `tox -e bench`. A round trains R replicas for one step."""

from typing import Any

import pytest
import torch

from analogbench.engine.train import train_step
from analogbench.engine.training import Training, assemble
from analogbench.grid.cell import Cell, Part
from analogbench.grid.jobs import Job
from analogbench.registry import Registry, load

CASES = [
    ("sgd", "digital"),
    ("analog-sgd", "ideal-softbounds"),
    ("analog-sgd", "softbounds"),
    ("tiki-taka", "softbounds"),
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load()


def training(registry: Registry, algorithm: str, device: str, replicas: int) -> Training:
    def part(kind: str, name: str) -> Part:
        return Part(name=name, params=registry.get(kind, name).value.Params().model_dump())

    parts = {"algorithm": part("algorithm", algorithm), "device": part("device", device)}
    cells = [Cell(**parts, task=part("task", "mnist-fcn"), budget="quick", seed=seed) for seed in range(replicas)]
    return assemble(Job(tuple(cells)), registry, torch.device("cpu"))


@pytest.mark.parametrize("replicas", [1, 8])
@pytest.mark.parametrize(("algorithm", "device"), CASES, ids=[" x ".join(case) for case in CASES])
def test_training_step(benchmark: Any, registry: Registry, algorithm: str, device: str, replicas: int) -> None:
    job = training(registry, algorithm, device, replicas)
    index = torch.randint(0, 4000, (replicas, 10), generator=torch.Generator().manual_seed(0))
    inputs, targets = (tensor[index] for tensor in job.data.train)

    def step() -> None:
        job.step = 0
        train_step(job, inputs, targets, job.lr)

    benchmark.extra_info["replicas"] = replicas
    benchmark.pedantic(step, rounds=30, iterations=5, warmup_rounds=10)
    benchmark.extra_info["replica_steps_per_second"] = (
        round(replicas / benchmark.stats["mean"]) if benchmark.stats else None
    )
