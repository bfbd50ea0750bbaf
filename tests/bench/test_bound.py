"""The least that a step has to do, against numbers worked out by hand."""

import pytest
import torch

from analogbench.bench.bound import Change, Work, change_of_step, products_of, work_of_step
from analogbench.bench.cases import Case
from analogbench.bench.stepping import Walk, walk_of
from analogbench.registry import Registry
from tests.bench.conftest import Cases


@pytest.fixture(autouse=True)
def _same_numbers_every_time() -> None:
    torch.manual_seed(0)


def _walk(case: Case, replicas: int, registry: Registry) -> Walk:
    return walk_of(case.cell, replicas, "cpu", registry)


def test_a_dense_step_of_one_matrix(cases: Cases, installed: Registry) -> None:
    """A column of 40 weights, driven by one sample: 160 bytes a replica."""
    (case,) = cases(["sgd"], ["digital"], ["least-squares"])
    walk = _walk(case, 2, installed)
    (product,) = products_of(walk)
    assert (product.shape, product.samples, product.backward) == ((2, 40, 1), 1, False)
    change = change_of_step(walk)
    assert (change.weights, change.lines, change.dense) == (80, 5, True)  # 320 bytes are 5 lines of 64
    # read forward; each line read and written; no product backward, since nothing before the layer learns
    assert work_of_step(walk) == Work(bytes=320 + 5 * 2 * 64, operations=2 * 80 + 2 * 80)


def test_the_products_of_a_network(cases: Cases, installed: Registry) -> None:
    """The CNN at batch 8: patches are samples, and the first layer has no product backward."""
    (case,) = cases(["sgd"], ["digital"], ["mnist-cnn"])
    found = products_of(_walk(case, 3, installed))
    assert [(p.shape[1:], p.samples, p.backward) for p in found] == [
        ((16, 25), 8 * 24 * 24, False),
        ((32, 400), 8 * 8 * 8, True),
        ((128, 512), 8, True),
        ((10, 128), 8, True),
    ]
    assert found[1].work == Work(bytes=2 * 4 * 3 * 32 * 400, operations=2 * 2 * 3 * 32 * 400 * 512)
    assert found[1].gradient == Work(operations=2 * 3 * 32 * 400 * 512)


def test_pulses_touch_few_lines_and_form_no_gradient(cases: Cases, installed: Registry) -> None:
    pulsed, expected = cases(["analog-sgd"], ["softbounds[mode=pulsed,expected]"], ["mnist-fcn"])
    walks = [_walk(case, 1, installed) for case in (pulsed, expected)]
    for walk in walks:
        walk.advance(5)
    few, many = map(change_of_step, walks)
    assert not few.dense
    assert many.dense
    assert 0 < few.lines <= few.weights <= few.pulses
    sparse, dense = map(work_of_step, walks)
    weights = 784 * 256 + 256 * 128 + 128 * 10
    products = 4 * weights + 4 * (weights - 784 * 256)
    assert products < sparse.bytes < dense.bytes <= products + 2 * 4 * weights + 128
    assert dense.operations - sparse.operations == 2 * 10 * weights


def test_uncounted_pulses_say_nothing_of_the_gradient() -> None:
    assert Change(weights=1, lines=1, pulses=float("nan")).dense


def test_the_bound_is_the_slower_one_of_moving_and_calculating() -> None:
    work = Work(bytes=100, operations=1000)
    assert work.seconds(bandwidth=10, throughput=1000) == 10
    assert work.seconds(bandwidth=1000, throughput=10) == 100
