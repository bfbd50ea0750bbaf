"""The steps of an epoch, many of them replayed as one CUDA graph where nothing in them needs Python.

Networks of this field are so small that a GPU waits for the launches of their kernels. A CUDA graph launches all
kernels of many steps at once. What differs between steps therefore lies in tensors on the device: the learning rate,
the place in the epoch's order, the column for the losses and the positions of the random streams.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch

from analogbench.api.algorithm import Algorithm
from analogbench.api.task import Task
from analogbench.api.tile import Tile
from analogbench.engine.batches import TrainingBatches
from analogbench.engine.step import descend
from analogbench.engine.training import Training

LONGEST = 32
"""Steps in one graph: enough that starting it does not count."""

PIECE = 64
"""Steps after which an epoch can be interrupted to keep its state: few enough to take seconds at most."""

WARM_UP = 3
"""Steps that are run before one is recorded, so that kernels are compiled, libraries loaded and all tensors that last
are made. They are steps of the training as any other."""


class StepLoop:
    """Runs the training steps of a job, epoch by epoch.

    The same method `_step` is run on the CPU, run on CUDA, and recorded on CUDA; so all give the same numbers.
    """

    def __init__(self, training: Training) -> None:
        self.training = training
        self.batches = TrainingBatches(training.data.train, training.protocol.batch, training.streams)
        self.steps_in_graph = steps_in_graph(self.batches.full) if capturable(training) else 0
        self._lr = training.lr.clone()
        self._column = torch.full((1,), training.step, dtype=torch.int64, device=training.streams.device)
        self._warm = 0
        self._graph: torch.cuda.CUDAGraph | None = None

    def epoch(self, epoch: int, done: int = 0) -> Iterator[int]:
        """The steps of `epoch`, counted from 0, after the first `done`. Stops now and then before the last to say how
        many are done. An epoch that is begun in the middle goes on in the order that `batches` has."""
        if done:
            self._begin(epoch)
        else:
            self.begin_epoch(epoch)
        steps = self.batches.full + (self.batches.rest > 0)
        while done < self.batches.full:
            piece = min(self._piece, self.batches.full - done)
            self.run_full(piece)
            done += piece
            if done < steps:
                yield done
        if self.batches.rest:
            self._step(self.batches.rest)
            self.training.step += 1

    def begin_epoch(self, epoch: int) -> None:
        """Draw the order of `epoch` and set its learning rate; the next loss goes to column `training.step`."""
        self.batches.shuffle()
        self._begin(epoch)

    def _begin(self, epoch: int) -> None:
        self._lr.copy_(self.training.lr * self.training.protocol.rate_factor(epoch))
        self._column.fill_(self.training.step)

    @property
    def _piece(self) -> int:
        """Steps between two looks at the clock: whole graphs, where there are graphs."""
        return max(1, PIECE // self.steps_in_graph) * self.steps_in_graph if self.steps_in_graph else PIECE

    def run_full(self, steps: int) -> None:
        """The next `steps` steps of the epoch, all on mini-batches of full size."""
        self.training.step += steps
        left = self._replay(self._warmed_up(steps)) if self.steps_in_graph else steps
        for _ in range(left):
            self._step(self.batches.size)

    def _step(self, size: int) -> None:
        """One step on `size` samples. Whatever changes from step to step is on the device."""
        losses = descend(self.training, *self.batches.take(size), self._lr)
        self.training.losses.index_copy_(1, self._column, losses[:, None])
        self._column += 1

    def _warmed_up(self, left: int) -> int:
        """Run the first steps of all, on a stream of their own as torch asks for; return how many are left."""
        steps = min(WARM_UP - self._warm, left)
        if steps > 0:
            self._warm += steps
            stream, ours = torch.cuda.Stream(), torch.cuda.current_stream()  # type: ignore[no-untyped-call]
            stream.wait_stream(ours)
            with torch.cuda.stream(stream):
                for _ in range(steps):
                    self._step(self.batches.size)
            ours.wait_stream(stream)
        return left - max(steps, 0)

    def _replay(self, left: int) -> int:
        """Run as many of the steps as graphs do; return how many are left."""
        if self._warm < WARM_UP:
            return left
        for _ in range(left // self.steps_in_graph):
            if self._graph is None:
                self._graph = self._recorded()
            self._graph.replay()
        return left % self.steps_in_graph

    def _recorded(self) -> torch.cuda.CUDAGraph:
        """The graph of `steps_in_graph` steps; to record them runs none."""
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            for _ in range(self.steps_in_graph):
                self._step(self.batches.size)
        return graph


def capturable(training: Training) -> bool:
    """Whether steps may be recorded: on CUDA, where task, rules and tiles all say that they use tensors only."""
    if training.streams.device.type != "cuda":
        return False
    rules = [block.rule for layer in training.layers.rule_layers for block in layer.matrix.blocks]
    parts: list[Task | Algorithm | Tile] = [training.task, *rules, *training.layers.tiles]
    return all(part.capturable for part in parts)


def steps_in_graph(steps: int) -> int:
    """How many steps a graph should have, if an epoch has `steps` of full size: all, or of the lengths from half to all
    of LONGEST the one that leaves the fewest over."""
    if steps <= LONGEST:
        return steps
    return min(range(LONGEST, LONGEST // 2 - 1, -1), key=lambda length: steps % length)
