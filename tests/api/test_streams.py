import numpy as np
import pytest
import scipy.stats
import torch

from analogbench.api import streams
from analogbench.api.streams import Streams

CPU = torch.device("cpu")


def test_mix_gives_the_published_outputs_of_splitmix64() -> None:
    # The generator's outputs for seed 1234567, as printed by implementations in many languages.
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    counters = torch.tensor([1234567]) + torch.arange(1, 5) * streams.GOLDEN
    assert [number % 2**64 for number in streams.mix(counters).tolist()] == expected


def test_a_replica_draws_the_same_alone_and_in_company() -> None:
    together, alone = Streams([3, 5, 7], CPU), Streams([5], CPU)
    for _ in range(3):
        assert torch.equal(together.normal("reads", 4, 5)[1], alone.normal("reads", 4, 5)[0])
        assert torch.equal(together.uniform("reads", 9)[1], alone.uniform("reads", 9)[0])
    assert together.position == alone.position == {"reads": 6}


def test_names_children_seeds_and_calls_give_different_numbers() -> None:
    s = Streams([0, 1], CPU)
    draws = [s.keys("a"), s.keys("a"), s.keys("b"), s.child("a").keys("a"), s.child("x").keys("a")]
    assert len(set(torch.cat(draws).tolist())) == 10


def test_position_is_the_whole_state() -> None:
    first, second = Streams([4], CPU), Streams([4], CPU)
    first.normal("reads", 100)
    second.position["reads"] = first.position["reads"]
    assert torch.equal(first.normal("reads", 3), second.normal("reads", 3))


@pytest.mark.parametrize(("draw", "law"), [("normal", "norm"), ("uniform", "uniform")])
def test_distribution(draw: str, law: str) -> None:
    s = Streams(range(20), CPU)
    values = torch.stack([getattr(s, draw)("x", 501) for _ in range(20)]).numpy()  # (20 calls, 20 replicas, 501)
    assert scipy.stats.kstest(values.ravel(), law).pvalue > 1e-3
    flat = values.reshape(400, 501)
    correlations = np.corrcoef(flat)[np.triu_indices(400, 1)]
    # Independent rows: correlations are N(0, 1/501), and the largest of 79,800 stays below 5.5 standard deviations.
    assert correlations.std() == pytest.approx(501**-0.5, rel=0.03)
    assert np.abs(correlations).max() < 5.5 * 501**-0.5


@pytest.mark.parametrize("first", [0, 3])
def test_numba_draws_the_same_numbers(first: int) -> None:
    from analogbench.crossbar.kernels import cpu_random

    keys, count = Streams([11, 12], CPU).keys("x"), 5001
    expected = streams.normal(keys, 2 * first + count)[:, 2 * first :]
    drawn = np.zeros(count + 1, np.float32)
    for replica, key in enumerate(keys.numpy().view(np.uint64)):
        cpu_random.fill_normals(key, first, count, drawn)
        np.testing.assert_allclose(drawn[:count], expected[replica].numpy(), atol=2e-6)
