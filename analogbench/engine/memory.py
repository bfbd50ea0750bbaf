"""How much memory a job is going to need, found out by one step of a job of two of its cells.

Only torch's tensors are seen: not what the C++ of a device allocates by itself, as AIHWKIT's tiles do, nor what numpy
holds while data is read.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from analogbench.engine.batches import TrainingBatches, evaluation_batches
from analogbench.engine.histogram import weight_counts
from analogbench.engine.train import train_step
from analogbench.engine.training import Training, assemble
from analogbench.grid.jobs import Job
from analogbench.registry import Registry

REPLICAS, STEPS = 2, 2
"""What is tried: so few replicas that they fit if anything does, and so many steps that the second finds the batch of
the first still there."""

MARGIN = {"cpu": 1.1, "cuda": 1.4}
"""The system gives memory by pages; CUDA's caching allocator besides keeps blocks that fit nothing, and beside it lie
the workspaces of cuBLAS."""


@dataclass(frozen=True)
class Need:
    """Bytes. loading: while the data is read. data: as long as it is there. each: for each replica, besides."""

    loading: int
    data: int
    each: int

    def of(self, replicas: int) -> int:
        """The peak of a job of so many replicas."""
        return max(self.loading, self.data + replicas * self.each)

    def fits(self, allowed: int) -> int:
        """How many replicas at most need no more than `allowed` bytes; 0 if there are none."""
        return 0 if self.of(1) > allowed else (allowed - self.data) // self.each


def predict(job: Job, registry: Registry, target: str) -> Need | None:
    """What jobs of the kind of `job` need; None if that cannot be seen. Raises what training it would raise.

    Some of what is counted for two replicas would serve any number of them, so that it is too much for more: an upper
    bound. For a job of a single replica it is its own peak.
    """
    if registry.device(job.cells[0].device.name).value.most_replicas == 1:
        return None  # a simulator in C++
    torch.set_num_threads(1)
    tried = Job(job.cells[:REPLICAS])
    tracker = Tracker(torch.device(target).type)
    with torch.random.fork_rng(devices=[]), tracker:
        training = assemble(tried, registry, torch.device(target))
        loaded, data = tracker.mark(_tensors(training))
        _exercise(training)
    each = max(tracker.peak(loaded) - data, 1) / len(tried.cells)
    return Need(*(math.ceil(MARGIN[target] * size) for size in (tracker.peak(0, loaded), data, each)))


def _tensors(training: Training) -> list[Tensor]:
    """The data, which all replicas share."""
    return [tensor for pair in (training.data.train, training.data.test) if pair for tensor in pair]


def _exercise(training: Training) -> None:
    """Everything that training does, once: steps, a batch of the test set, and what is made of the results."""
    batches = TrainingBatches(training.data.train, training.protocol.batch, training.streams)
    batches.shuffle()
    for _ in range(min(STEPS, batches.full)):
        # nothing may keep a batch longer than the loop of an epoch does
        train_step(training, *batches.take(batches.size), training.lr)
    _evaluate(training)
    training.task.summary(training.losses)
    weight_counts(training.layers.rule_layers, training.replicas)


@torch.no_grad()
def _evaluate(training: Training) -> None:
    """The first batch of the test set: none is larger."""
    if training.data.test is None:
        return
    training.model.eval()
    batches = evaluation_batches(training.data.test, training.protocol.evaluation_batch, training.replicas)
    for inputs, targets in batches:
        training.task.evaluate(training.model(inputs), targets)
        break


class Tracker(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Follows the storages of all tensors of one kind of device that any operation sees, and adds up their bytes."""

    def __init__(self, device_type: str) -> None:
        """device_type: "cpu" or "cuda"."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._device_type = device_type
        self._known: dict[int, tuple[weakref.ref[Any], int, int]] = {}
        self._live = 0
        self._history: list[int] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the operation, then look at what went in and came out."""
        result = func(*args, **(kwargs or {}))
        self._see((*args, *result) if isinstance(result, tuple | list) else (*args, result))
        return result

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled meanwhile, and torch._dynamo, which torch would guard against, takes long to import."""
        return False

    def mark(self, tensors: Sequence[Tensor]) -> tuple[int, int]:
        """When the last of `tensors` came to be, as an index into the history, and their bytes."""
        self._see(tensors)
        seen = {tensor.untyped_storage()._cdata for tensor in tensors} & self._known.keys()
        sizes, moments = zip(*(self._known[key][1:] for key in seen), strict=True) if seen else ((0,), (0,))
        return max(moments), sum(sizes)

    def peak(self, start: int, end: int | None = None) -> int:
        """The most bytes that were live at once, in a part of the history."""
        return max(self._history[start:end], default=0)

    def _see(self, values: Iterable[Any]) -> None:
        """Count the storages that are new. values: anything, among which lists of tensors."""
        for value in values:
            if isinstance(value, Tensor):
                if value.device.type == self._device_type:
                    self._count(value.untyped_storage())
            elif isinstance(value, tuple | list) and value and isinstance(value[0], Tensor):
                self._see(value)

    def _count(self, storage: torch.UntypedStorage) -> None:
        key, size = storage._cdata, storage.nbytes()
        if key in self._known or not size:
            return
        self._known[key] = (weakref.ref(storage, lambda _: self._forget(key)), size, len(self._history))
        self._live += size
        self._history.append(self._live)

    def _forget(self, key: int) -> None:
        """The storage is gone; a new one may get its key."""
        self._live -= self._known.pop(key)[1]
