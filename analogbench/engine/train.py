"""Train one job: R stacked replicas of the same algorithm, device and task."""

from __future__ import annotations

import time
from dataclasses import replace

import torch
from torch import Tensor

from analogbench.engine.batches import evaluation_batches
from analogbench.engine.capture import StepLoop
from analogbench.engine.checkpoint import Keeper, Position
from analogbench.engine.histogram import weight_counts
from analogbench.engine.keeping import Keeping
from analogbench.engine.outcome import Outcome, Progress, ReportProgress
from analogbench.engine.step import descend
from analogbench.engine.training import Training, assemble
from analogbench.grid.jobs import Job
from analogbench.registry import Registry


def train(
    job: Job, registry: Registry, target: str, report: ReportProgress, keeper: Keeper | None = None
) -> list[Outcome]:
    """Train all cells of `job` on `target` ("cpu" or "cuda") and return how each ended, in the job's order.

    A replica whose loss is no longer finite is `diverged`; its neighbours do not notice. keeper: keeps the state now
    and then, and has that of an attempt that was interrupted. Raises whatever a plugin raises, and DataMissingError
    where the task's data is not present.
    """
    started = time.perf_counter()
    # With more threads torch sums in another order, and the same seed would give other digits on another machine.
    # The kernels of `crossbar` do not, and use the threads that the worker has.
    torch.set_num_threads(1)
    keeping = Keeping(keeper, lambda: StepLoop(assemble(job, registry, torch.device(target))), started)
    loop, position = keeping.begin()
    _train(loop, position, keeping, report)
    _note_last_step(loop.training)
    return _outcomes(loop.training, keeping.seconds())


def _train(loop: StepLoop, position: Position, keeping: Keeping, report: ReportProgress) -> None:
    """All epochs from `position` on, which is kept up to date."""
    training, protocol = loop.training, loop.training.protocol
    for epoch in range(position.epoch, protocol.epochs):
        for done in loop.epoch(epoch, position.done):
            keeping.look(loop, replace(position, epoch=epoch, done=done))
        position = replace(position, epoch=epoch + 1, done=0)
        if not (epoch + 1) % protocol.evaluate_every or epoch + 1 == protocol.epochs:
            _note(training, position.noted, epoch + 1)
            position = replace(position, noted=training.step)
            report(Progress(epoch + 1, protocol.epochs, _mean_metric(training), training.curve.last()))
            if bool((training.diverged_at >= 0).all()):
                break
        keeping.look(loop, position)


def train_step(training: Training, inputs: Tensor, targets: Tensor, lr: Tensor) -> None:
    """One step of every replica on its mini-batch. inputs, targets: (R, B, ...), lr: (R, 1, 1)."""
    training.losses[:, training.step] = descend(training, inputs, targets, lr)
    training.step += 1


def _note(training: Training, since: int, epoch: int) -> None:
    """Add a point to the curve, from the losses since step `since` and the test set, and look for divergence."""
    losses = training.losses[:, since : training.step]  # (R, steps)
    finite = torch.isfinite(losses).all(1).cpu()
    training.diverged_at[(training.diverged_at < 0) & ~finite] = training.step
    values = {"train_loss": losses.mean(1)} | dict(training.task.summary(losses)) | _test(training)
    training.curve.add(training.step, epoch, values)


def _note_last_step(training: Training) -> None:
    """No loss is computed after the last update: look at the weights themselves."""
    finite = torch.stack(
        [layer.finite() for layer in training.layers.rule_layers]
        + [torch.isfinite(parameter.detach()).flatten(1).all(1) for parameter in training.parameters]
    )
    finite = finite.all(0).cpu()
    training.diverged_at[(training.diverged_at < 0) & ~finite] = training.step


@torch.no_grad()
def _test(training: Training) -> dict[str, Tensor]:
    """The task's metrics on the test set, means over its samples, (R,) each."""
    if training.data.test is None:
        return {}
    sums: dict[str, Tensor] = {}
    batch = training.protocol.evaluation_batch
    training.model.eval()
    for inputs, targets in evaluation_batches(training.data.test, batch, training.replicas):
        for name, value in training.task.evaluate(training.model(inputs), targets).items():
            sums[name] = sums[name] + value if name in sums else value
    training.model.train()
    return {name: value / len(training.data.test[0]) for name, value in sums.items()}


def _mean_metric(training: Training) -> float:
    """The ranking metric's last value, averaged over the replicas that have not diverged; NaN if there is none."""
    rows = training.curve.columns.get(training.task.metric.key)
    if not rows:
        return float("nan")
    values = [value for value, bad in zip(rows[-1], training.diverged_at.tolist(), strict=True) if bad < 0]
    return sum(values) / len(values) if values else float("nan")


def _outcomes(training: Training, seconds: float) -> list[Outcome]:
    summary = training.task.summary(training.losses[:, : training.step])
    finals = {name: rows[-1] for name, rows in training.curve.columns.items()} | {
        name: value.tolist() for name, value in summary.items()
    }
    pulses = training.layers.pulses().tolist()
    weights = weight_counts(training.layers.rule_layers, training.replicas)
    outcomes = []
    for replica in range(training.replicas):
        metrics = {name: values[replica] for name, values in finals.items()}
        outcome = _outcome(training, replica, metrics)
        outcomes.append(replace(outcome, pulses=pulses[replica], weights=weights[replica], job_seconds=seconds))
    return outcomes


def _outcome(training: Training, replica: int, metrics: dict[str, float]) -> Outcome:
    bad = int(training.diverged_at[replica])
    points = len(training.curve.steps) if bad < 0 else training.curve.steps.index(bad) + 1
    return Outcome(
        status="ok" if bad < 0 else "diverged",
        reason="" if bad < 0 else f"the loss or the weights were no longer finite by step {bad}",
        data_label=training.data.label,
        metrics=metrics,
        curve=training.curve.of_replica(replica, points),
        steps=training.step if bad < 0 else bad,
        implementation=training.layers.implementation,
    )
