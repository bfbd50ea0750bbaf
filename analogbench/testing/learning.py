"""Tasks in the engine, with the reference rule on the exact digital device. Imports torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor

from analogbench.api.task import Task
from analogbench.engine.batches import evaluation_batches
from analogbench.engine.capture import StepLoop
from analogbench.engine.outcome import Outcome
from analogbench.engine.training import Training, assemble
from analogbench.errors import DataMissingError
from analogbench.grid.jobs import Job
from analogbench.registry import Registry
from analogbench.testing.jobs import trained
from analogbench.testing.laboratory import SEEDS, cells, laboratory
from analogbench.testing.rules import demand

STEPS = 6
"""Of training, in which replicas are compared."""


def first_losses(task: type[Task], params: Mapping[str, Any], seeds: Sequence[int]) -> Tensor:
    """The losses of the first steps, (R, STEPS) or fewer."""
    training = _assembled(task, params, seeds)
    loop = StepLoop(training)
    while training.step < STEPS and training.step < training.losses.shape[1]:
        loop.begin_epoch(training.step)
        loop.run_full(min(STEPS - training.step, loop.batches.full))
    return training.losses[:, : training.step]


def demand_shapes(task: type[Task], params: Mapping[str, Any]) -> None:
    """Raise Broken unless loss, evaluation and summary of the untrained model are as `Task` says."""
    training = _assembled(task, params, SEEDS)
    made, r = training.task, len(SEEDS)
    inputs, targets = next(evaluation_batches(training.data.test or training.data.train, 8, r))
    training.model.eval()
    with torch.no_grad():
        output = training.model(inputs)
        demand(tuple(output.shape[:1]) == (r,), f"the model made {tuple(output.shape)} of {tuple(inputs.shape)}")
        _demand_numbers("loss()", {"loss": made.loss(output, targets)}, r)
        if training.data.test is not None:
            whole = made.evaluate(output, targets)
            _demand_numbers("evaluate()", whole, r)
            half = output.shape[1] // 2
            parts = [made.evaluate(output[:, cut], targets[:, cut]) for cut in (slice(half), slice(half, None))]
            for name, total in whole.items():
                added = parts[0][name] + parts[1][name]
                same = torch.allclose(added.double(), total.double(), rtol=1e-4, atol=1e-6)
                demand(same, f"{name} of a batch is {total.tolist()}, of its halves together {added.tolist()}; a mean?")
    _demand_numbers("summary()", made.summary(torch.rand(r, 50)), r)


@cache
def _smoke(task: type[Task], params: tuple[tuple[str, Any], ...]) -> Outcome:
    registry = laboratory("task", task)
    return trained(Job(tuple(_cells(registry, task, dict(params), (0,)))), registry)[0]


def smoke(task: type[Task], params: Mapping[str, Any]) -> Outcome:
    """One seed, trained under budget smoke; only once for several rules. Raises DataMissingError."""
    _demand_data(task, params)
    return _smoke(task, tuple(params.items()))


def _assembled(task: type[Task], params: Mapping[str, Any], seeds: Sequence[int]) -> Training:
    _demand_data(task, params)
    registry = laboratory("task", task)
    torch.set_num_threads(1)
    return assemble(Job(tuple(_cells(registry, task, params, seeds))), registry, torch.device("cpu"))


def _cells(registry: Registry, task: type[Task], params: Mapping[str, Any], seeds: Sequence[int]) -> list[Any]:
    names = {"algorithm": "contract-descent", "device": "contract-digital", "task": task.name}
    return cells(registry, names, {"task": params}, seeds)  # type: ignore[arg-type]


def _demand_data(task: type[Task], params: Mapping[str, Any]) -> None:
    if why := task(task.Params(**params)).missing("smoke"):
        raise DataMissingError(why)


def _demand_numbers(name: str, found: Mapping[str, Tensor], replicas: int) -> None:
    for key, value in found.items():
        demand(tuple(value.shape) == (replicas,), f"{name}: {key} has shape {tuple(value.shape)}, not {(replicas,)}")
        demand(bool(torch.isfinite(value).all()), f"{name}: {key} is {value.tolist()}")
