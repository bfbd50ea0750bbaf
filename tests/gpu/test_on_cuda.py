"""What only a GPU can show: captured steps, compiled kernels, whole jobs. Run with `pytest -m gpu`."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from analogbench.engine.capture import StepLoop
from analogbench.engine.train import train
from analogbench.engine.training import Training, assemble
from analogbench.grid.cell import Cell, Part
from analogbench.grid.jobs import Job
from analogbench.registry import Registry, load

pytestmark = pytest.mark.gpu

RULES = ["analog-sgd", "tiki-taka"]
DEVICES = ["ideal-softbounds", "softbounds", "linear-step", "constant-step", "exp-step", "pow-step"]
PAIRS = [("sgd", "digital"), *((rule, device) for rule in RULES for device in DEVICES)]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load()


@pytest.fixture
def job(registry: Registry) -> Callable[..., Job]:
    """job("tiki-taka", "softbounds", "mnist-fcn", replicas=2)."""

    def make(algorithm: str, device: str, task: str, replicas: int = 2) -> Job:
        names = {"algorithm": algorithm, "device": device, "task": task}
        parts: dict[str, Any] = {
            kind: Part(name=name, params=registry.get(kind, name).value.Params().model_dump())
            for kind, name in names.items()
        }
        return Job(tuple(Cell(**parts, budget="smoke", seed=seed) for seed in range(replicas)))

    return make


def numbers(training: Training) -> list[torch.Tensor]:
    return [training.losses, *(tile.read() for tile in training.layers.tiles), training.layers.pulses()]


@pytest.mark.parametrize("task", ["mnist-fcn", "least-squares"])
@pytest.mark.parametrize(("algorithm", "device"), PAIRS[:5])
def test_captured_steps_are_the_eager_ones(
    algorithm: str, device: str, task: str, job: Callable[..., Job], registry: Registry
) -> None:
    """Bit for bit, and with the streams at the same positions."""
    trainings = [assemble(job(algorithm, device, task), registry, torch.device("cuda")) for _ in range(2)]
    loops = [StepLoop(training) for training in trainings]
    assert loops[0].steps_in_graph > 0
    loops[1].steps_in_graph = 0
    for loop in loops:
        for epoch in range(10 if task == "least-squares" else 2):
            list(loop.epoch(epoch))
    assert loops[0]._graph is not None
    for captured, eager in zip(*map(numbers, trainings), strict=True):
        torch.testing.assert_close(captured, eager, rtol=0, atol=0, equal_nan=True)
    assert trainings[0].streams.position == trainings[1].streams.position


@pytest.mark.parametrize("task", ["mnist-fcn", "least-squares"])
@pytest.mark.parametrize(("algorithm", "device"), PAIRS)
def test_a_whole_job_ends_as_on_the_cpu(
    algorithm: str, device: str, task: str, job: Callable[..., Job], registry: Registry
) -> None:
    """In distribution only: kernels draw the pulses of their own trains, and sums are made in another order."""
    ends = [
        train(job(algorithm, device, task, 4), registry, target, lambda progress: None) for target in ("cuda", "cpu")
    ]
    key = registry.task(task).value.metric.key
    means = [sum(outcome.metrics[key] for outcome in outcomes) / 4 for outcomes in ends]
    assert [outcome.status for outcome in ends[0]] == ["ok"] * 4
    assert means[0] == pytest.approx(means[1], rel=0.3, abs=0.08)


def test_who_shares_a_job_changes_no_pulse(job: Callable[..., Job], registry: Registry) -> None:
    """What a replica draws does not depend on the others; its sums may, since cuBLAS picks its kernels by shape."""
    together, alone = (
        assemble(job("analog-sgd", "softbounds", "mnist-fcn", replicas), registry, torch.device("cuda"))
        for replicas in (3, 1)
    )
    for name in ("reads", "pulses"):
        assert torch.equal(together.streams.keys(name)[:1], alone.streams.keys(name))
    for a, b in zip(together.layers.tiles, alone.layers.tiles, strict=True):
        assert torch.equal(a.read()[:1], b.read())
