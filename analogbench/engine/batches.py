"""Mini-batches by gather: every replica walks the data in its own order."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from analogbench.api.streams import Streams

Pair = tuple[Tensor, Tensor]


def training_batches(data: Pair, batch: int, streams: Streams) -> Iterator[Pair]:
    """One epoch of (inputs, targets), each (R, B, ...), in an order drawn from each replica's stream "order"."""
    count, replicas = len(data[0]), len(streams.seeds)
    if batch >= count:  # the whole set at once: its order does not matter
        yield _expand(data, replicas)
        return
    order = streams.uniform("order", count).argsort(dim=1)  # (R, N)
    for start in range(0, count, batch):
        index = order[:, start : start + batch]
        yield data[0][index], data[1][index]


def evaluation_batches(data: Pair, batch: int, replicas: int) -> Iterator[Pair]:
    """The whole set in its own order, the same for every replica."""
    for start in range(0, len(data[0]), batch):
        yield _expand((data[0][start : start + batch], data[1][start : start + batch]), replicas)


def _expand(data: Pair, replicas: int) -> Pair:
    inputs, targets = (tensor.expand(replicas, *tensor.shape) for tensor in data)
    return inputs, targets


def steps_per_epoch(data: Pair, batch: int) -> int:
    """How many mini-batches `training_batches` yields."""
    return max(1, -(-len(data[0]) // batch))
