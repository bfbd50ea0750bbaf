"""How the weight matrix of a layer lies on arrays: on one, or cut into several of equal size where it is too large."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from analogbench.api.algorithm import Algorithm

BuildBlock = Callable[[slice, slice], tuple[Algorithm, Any]]
"""Puts some rows and columns of the initial weights onto tiles: the rule that trains them, and its state."""


@dataclass
class Block:
    """A part of a weight matrix: which outputs and inputs it has, the rule that trains it and the rule's state."""

    rows: slice
    columns: slice
    rule: Algorithm
    state: Any

    def forward(self, x: Tensor) -> Tensor:
        """The block's share of the outputs in `rows`. x: (R, B, all inputs) → (R, B, rows)."""
        return self.rule.forward(self.state, x[..., self.columns])

    def backward(self, d: Tensor) -> Tensor:
        """The block's share of the inputs in `columns`. d: (R, B, all outputs) → (R, B, columns)."""
        return self.rule.backward(self.state, d[..., self.rows])


def parts(size: int, largest: int) -> list[slice]:
    """Cut `size` lines into as few parts of at most `largest` as will do, whose sizes differ by one at most.

    largest: 0 means no limit. AIHWKIT cuts in the same way (TileModuleArray).
    """
    count = -(-size // largest) if largest > 0 else 1
    base, extra = divmod(size, count)
    ends = list(itertools.accumulate(base + (part < extra) for part in range(count)))
    return [slice(start, end) for start, end in itertools.pairwise([0, *ends])]


class MappedMatrix:
    """A weight matrix (R, outputs, inputs) on a grid of blocks: the products and the learning of all of them."""

    def __init__(self, shape: tuple[int, int, int], largest: tuple[int, int], build: BuildBlock) -> None:
        """largest: (outputs, inputs) of one array, 0: no limit."""
        self.shape = shape
        columns = parts(shape[2], largest[1])
        self.grid = [[Block(rows, cut, *build(rows, cut)) for cut in columns] for rows in parts(shape[1], largest[0])]
        self.blocks = [block for row in self.grid for block in row]

    def forward(self, x: Tensor) -> Tensor:
        """x: (R, B, inputs) → (R, B, outputs). The outputs of arrays side by side are added digitally."""
        if len(self.blocks) == 1:
            return self.blocks[0].rule.forward(self.blocks[0].state, x)
        return torch.cat([_sum([block.forward(x) for block in row]) for row in self.grid], dim=-1)

    def backward(self, d: Tensor) -> Tensor:
        """d: (R, B, outputs) → (R, B, inputs)."""
        if len(self.blocks) == 1:
            return self.blocks[0].rule.backward(self.blocks[0].state, d)
        columns = zip(*self.grid, strict=True)
        return torch.cat([_sum([block.backward(d) for block in column]) for column in columns], dim=-1)

    def update(self, x: Tensor, d: Tensor, lr: Tensor) -> None:
        """Each block learns from its part of x and d. x: (R, B, inputs), d: (R, B, outputs), lr: (R, 1, 1)."""
        if len(self.blocks) == 1:
            self.blocks[0].rule.update(self.blocks[0].state, x, d, lr)
            return
        for block in self.blocks:
            block.rule.update(block.state, x[..., block.columns], d[..., block.rows], lr)

    def weights(self) -> Tensor:
        """The exact effective weights, (R, outputs, inputs)."""
        rows = [torch.cat([block.rule.weights(block.state) for block in row], dim=2) for row in self.grid]
        return torch.cat(rows, dim=1)


def _sum(tensors: list[Tensor]) -> Tensor:
    total = tensors[0]
    for tensor in tensors[1:]:
        total = total + tensor
    return total
