"""The one place where the benchmark drives the engine: a job that is trained for as many steps as one likes."""

from __future__ import annotations

import time

import torch

from analogbench.engine.batches import TrainingBatches
from analogbench.engine.capture import StepLoop
from analogbench.engine.training import Training, assemble
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job
from analogbench.registry import Registry

WARM_STEPS, LEAST_WARM_STEPS = 100, 5
"""So many steps bring a job into the state of real training; at least so many compile and fill what has to be."""


class Walk:
    """A job on its way through its data, epoch after epoch, in full mini-batches and without
    evaluations."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self._loop = StepLoop(training)
        self._epoch = self._left = 0

    def advance(self, steps: int) -> None:
        """Train for so many steps, batches included. On a GPU they need not have ended yet."""
        training = self.training
        while steps:
            if not self._left:
                if training.step + self._loop.batches.full > training.losses.shape[1]:
                    training.step = 0  # there is room for the losses of one training only
                self._loop.begin_epoch(self._epoch)
                self._epoch = (self._epoch + 1) % training.protocol.epochs
                self._left = self._loop.batches.full
            now = min(steps, self._left)
            self._loop.run_full(now)
            steps, self._left = steps - now, self._left - now

    def timed(self, steps: int) -> float:
        """The seconds that so many steps take, until the last has ended."""
        self.wait()
        started = time.perf_counter()
        self.advance(steps)
        self.wait()
        return time.perf_counter() - started

    def warm_up(self, seconds: float) -> float:
        """Train until the job is in the state of real training, or for about so many seconds; returns those of a step
        at the end."""
        self.advance(LEAST_WARM_STEPS)
        done, started, step = LEAST_WARM_STEPS, time.perf_counter(), 0.0
        while done < WARM_STEPS and (not step or time.perf_counter() - started < seconds):
            step = self.timed(LEAST_WARM_STEPS) / LEAST_WARM_STEPS
            done += LEAST_WARM_STEPS
        return step

    def compute_batch(self) -> None:
        """Let the model compute the next batch, without learning from it: for those who look at what it does."""
        training = self.training
        batches = TrainingBatches(training.data.train, training.protocol.batch, training.streams)
        batches.shuffle()
        training.model(batches.take(batches.size)[0])

    def wait(self) -> None:
        """Until the device has done everything."""
        if self.training.lr.is_cuda:
            torch.cuda.synchronize()


def walk_of(cell: Cell, replicas: int, target: str, registry: Registry) -> Walk:
    """Put the job together: `replicas` cells that differ in their seeds. Raises whatever a plugin raises."""
    cells = tuple(cell.model_copy(update={"seed": cell.seed + number}) for number in range(replicas))
    return Walk(assemble(Job(cells), registry, torch.device(target)))
