"""Which lines fire: the short ways of drawing find what the long ones find."""

from __future__ import annotations

import numpy as np
import pytest

from analogbench.crossbar.kernels.cpu_random import GOLDEN, fill_normals, hashed, normals_of
from analogbench.crossbar.kernels.cpu_trains import FEW, WORD, collect, collect_few, few_lines, mark, set_limits


@pytest.mark.parametrize("inputs", [1, 8, 63, 64, 65, 784])
def test_few_lines_fire_as_among_all(inputs: int) -> None:
    """A one-hot vector, or one of few numbers, draws its lines one by one: the same ones, in the same order."""
    random, key, fired = np.random.default_rng(inputs), np.uint64(2**63 + inputs), 0
    room = (inputs + WORD) // WORD * WORD
    for count in range(min(inputs, FEW) + 1):
        values = np.zeros(inputs, np.float32)
        values[random.permutation(inputs)[:count]] = random.normal(size=count)
        few, limits, marks = np.empty(FEW, np.int32), np.zeros(room, np.uint32), np.zeros(room, np.uint8)
        assert few_lines(values, few) == count
        set_limits(values, 0.7, limits)
        for slot in range(50):
            found = [np.full(inputs + 1, -1, np.int32) for _ in range(2)]
            mark(key, slot, limits, inputs, marks)
            among_all = collect(marks, inputs, values, found[0], 0)
            assert collect_few(key, slot, limits, few[:count], values, found[1], 0) == among_all
            np.testing.assert_array_equal(*found)
            fired += among_all
    assert fired > 0


def test_more_lines_than_few_are_not_drawn_one_by_one() -> None:
    assert few_lines(np.ones(FEW + 1, np.float32), np.empty(FEW, np.int32)) == -1


def test_normals_that_are_drawn_together_are_those_of_each_row() -> None:
    keys, pairs = np.array([hashed(np.uint64(5), row) for row in range(3)], np.uint64), 7
    states = (keys[:, None] + GOLDEN * np.arange(1, pairs + 1, dtype=np.uint64)).ravel()
    together, alone = np.empty(len(states) * 2, np.float32), np.empty(2 * pairs, np.float32)
    normals_of(states, len(states), together)
    for row, key in enumerate(keys):
        fill_normals(key, 0, 2 * pairs, alone)
        np.testing.assert_array_equal(together[row * 2 * pairs :][: 2 * pairs], alone)
