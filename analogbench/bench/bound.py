"""The least that a training step has to do: bytes to move and operations to make. It is a lower bound.

Counted is what no implementation of the step can avoid: every weight matrix is read once for the product forward and,
unless nothing before it learns, once for the product backward; every cache line of an array in which a weight changes
is read and written once; each product costs two operations for every weight and sample, and so does the gradient where
a step forms it. Which weights change is looked up in the arrays, so that it is few lines where pulses are few. Left out
are activations, data, digital layers and parameters, random numbers, the constants of crosspoints, and the further
products of a rule, such as reads of a second array.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from analogbench.bench.stepping import Walk

LINE = 64
"""Bytes of a cache line; numbers have four."""

LOOKS = 3
"""Steps over which changes are averaged."""


@dataclass(frozen=True)
class Work:
    """Bytes and operations of a step of all replicas."""

    bytes: float = 0.0
    operations: float = 0.0

    def __add__(self, other: Work) -> Work:
        return Work(self.bytes + other.bytes, self.operations + other.operations)

    def seconds(self, bandwidth: float, throughput: float) -> float:
        """The least time, on a machine that moves and calculates so much per second, both at once."""
        return max(self.bytes / bandwidth, self.operations / throughput)


@dataclass(frozen=True)
class Product:
    """A layer's product: the shape of its weights, (R, outputs, inputs), samples, and whether one backward follows."""

    shape: tuple[int, int, int]
    samples: int
    backward: bool

    @property
    def weights(self) -> int:
        """In the matrices of all replicas."""
        replicas, outputs, inputs = self.shape
        return replicas * outputs * inputs

    @property
    def work(self) -> Work:
        """Of the product forward and, if there is one, backward."""
        times = 2 if self.backward else 1
        return Work(4.0 * self.weights * times, 2.0 * self.weights * self.samples * times)

    @property
    def gradient(self) -> Work:
        """Of the outer products, whose sum needs not be stored."""
        return Work(0.0, 2.0 * self.weights * self.samples)


@dataclass(frozen=True)
class Change:
    """What a step changed: weights, the cache lines that hold them, and pulses spent; NaN where nobody counts them."""

    weights: float
    lines: float
    pulses: float

    @property
    def dense(self) -> bool:
        """Whether the step forms the gradient: without that no weight changes unless a pulse hits it."""
        return not self.weights <= self.pulses


def work_of_step(walk: Walk) -> Work:
    """The least work of a step, from the products of a batch and from what a few steps change."""
    products, change = products_of(walk), _mean([change_of_step(walk) for _ in range(LOOKS)])
    work = sum((product.work for product in products), Work(2.0 * LINE * change.lines))
    return sum((product.gradient for product in products), work) if change.dense else work


def products_of(walk: Walk) -> list[Product]:
    """The products of all layers that a rule trains, seen while the model computes a batch."""
    found: list[Product] = []

    def note(layer: Any, inputs: tuple[Tensor, ...]) -> None:
        x = inputs[0]  # (R, B, inputs)
        found.append(Product(layer.shape, x.shape[1], x.requires_grad))

    hooks = [layer.register_forward_pre_hook(note) for layer in walk.training.layers.rule_layers]
    walk.compute_batch()
    for hook in hooks:
        hook.remove()
    return found


def change_of_step(walk: Walk) -> Change:
    """Train for one step and compare the exact weights of all arrays."""
    layers = walk.training.layers
    before, pulses = [tile.read() for tile in layers.tiles], layers.pulses()
    walk.advance(1)
    changed = [(tile.read() != old).flatten() for tile, old in zip(layers.tiles, before, strict=True)]
    spent = float((layers.pulses() - pulses).sum())
    return Change(sum(float(c.sum()) for c in changed), sum(map(_lines, changed)), spent)


def array_bytes(walk: Walk) -> float:
    """Of the weights of all arrays."""
    return sum(4.0 * tile.shape[0] * tile.shape[1] * tile.shape[2] for tile in walk.training.layers.tiles)


def _lines(changed: Tensor) -> float:
    """Cache lines with a change. changed: (numbers of an array,) bool."""
    numbers = LINE // 4
    padded = torch.nn.functional.pad(changed, (0, -len(changed) % numbers))
    return float(padded.reshape(-1, numbers).any(1).sum())


def _mean(changes: list[Change]) -> Change:
    weights, lines, pulses = (sum(part) / len(changes) for part in zip(*map(_parts, changes), strict=True))
    return Change(weights, lines, pulses)


def _parts(change: Change) -> tuple[float, float, float]:
    return change.weights, change.lines, change.pulses
