"""Mini-batches by gather: every replica walks the data in its own order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from analogbench.api.streams import Streams

Pair = tuple[Tensor, Tensor]


class TrainingBatches:
    """The mini-batches of one epoch after another, in orders drawn from each replica's stream "order".

    Where in its order an epoch is, is counted on the device, in tensors that stay the same: a step that was recorded as
    part of a CUDA graph takes the next mini-batch at every replay. A mini-batch as large as the set is the set.

    full: mini-batches of `size` samples in an epoch. rest: samples of a shorter one at its end, 0 if there is none.
    """

    def __init__(self, data: Pair, batch: int, streams: Streams) -> None:
        self.data, self.streams = data, streams
        self.count = len(data[0])
        self.size = min(batch, self.count)
        self.full, self.rest = divmod(self.count, self.size)
        self.whole = self.size == self.count
        replicas, device = len(streams.seeds), streams.device
        self._order = torch.zeros(replicas, 0 if self.whole else self.count, dtype=torch.int64, device=device)
        self._start = torch.zeros((), dtype=torch.int64, device=device)
        self._offsets = torch.arange(self.size, device=device)

    def shuffle(self) -> None:
        """Begin an epoch."""
        if not self.whole:  # else the order does not matter
            self._order.copy_(self.streams.uniform("order", self.count).argsort(dim=1))
            self._start.zero_()

    def state_dict(self) -> dict[str, Tensor]:
        """The order of the present epoch, and the place in it."""
        return {"order": self._order, "start": self._start}

    def load_state_dict(self, data: Mapping[str, Tensor]) -> None:
        """Go on in the epoch that `state_dict` was taken in; the tensors stay where they are."""
        self._order.copy_(data["order"])
        self._start.copy_(data["start"])

    def take(self, size: int) -> Pair:
        """The next `size` samples of each replica: inputs and targets, each (R, size, ...)."""
        if self.whole:
            return _expand(self.data, len(self.streams.seeds))
        index = self._order.index_select(1, self._start + self._offsets[:size]).flatten()  # (R·size,)
        self._start += size
        inputs, targets = (part.index_select(0, index).view(-1, size, *part.shape[1:]) for part in self.data)
        return inputs, targets


def evaluation_batches(data: Pair, batch: int, replicas: int) -> Iterator[Pair]:
    """The whole set in its own order, the same for every replica."""
    for start in range(0, len(data[0]), batch):
        yield _expand((data[0][start : start + batch], data[1][start : start + batch]), replicas)


def _expand(data: Pair, replicas: int) -> Pair:
    inputs, targets = (tensor.expand(replicas, *tensor.shape) for tensor in data)
    return inputs, targets


def steps_per_epoch(data: Pair, batch: int) -> int:
    """How many mini-batches an epoch has."""
    return max(1, -(-len(data[0]) // batch))
