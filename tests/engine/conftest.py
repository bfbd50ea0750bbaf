from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch

from analogbench.engine.outcome import Outcome, Progress
from analogbench.engine.train import train
from analogbench.grid.cell import Cell, Part
from analogbench.grid.jobs import Job
from analogbench.registry import Registry, load

Train = Callable[..., list[Outcome]]


@pytest.fixture(autouse=True)
def _same_numbers_every_time() -> None:
    """Tests draw their inputs from torch's global generator."""
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def installed() -> Registry:
    """The first-party plugins, loaded through their entry points."""
    return load()


@pytest.fixture
def cell(installed: Registry) -> Callable[..., Cell]:
    """cell("analog-sgd", "softbounds", "mnist-fcn", seed, algorithm={...}, device={...}, task={...})."""

    def part(kind: str, name: str, given: Mapping[str, Any]) -> Part:
        model = installed.get(kind, name).value.Params
        return Part(name=name, params=model(**given).model_dump())

    def make(algorithm: str, device: str, task: str, seed: int, /, budget: str = "smoke", **given: Any) -> Cell:
        return Cell(
            algorithm=part("algorithm", algorithm, given.get("algorithm", {})),
            device=part("device", device, given.get("device", {})),
            task=part("task", task, given.get("task", {})),
            budget=budget,
            seed=seed,
        )

    return make


@pytest.fixture
def run(installed: Registry) -> Train:
    """Train cells as one job on the CPU."""

    def go(*cells: Cell, report: Callable[[Progress], None] = lambda progress: None) -> list[Outcome]:
        return train(Job(cells), installed, "cpu", report)

    return go
