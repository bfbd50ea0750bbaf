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


def test_keys_made_on_the_device_are_those_made_on_the_host() -> None:
    seeds = [0, 3, 2**40]
    host, device = Streams(seeds, CPU).child("layer0"), Streams(seeds, CPU, on_device=True).child("layer0")
    for name in ("reads", "pulses", "reads", "reads"):
        assert torch.equal(host.keys(name), device.keys(name))
    assert host.position == device.position == {"reads": 3, "pulses": 1}
    host.position["reads"] = device.position["reads"] = 2**33  # a restored checkpoint
    assert torch.equal(host.normal("reads", 3), device.normal("reads", 3))
    assert list(device.position.items()) == [("reads", 2**33 + 1), ("pulses", 1)]
    del device.position["pulses"]
    assert len(device.position) == 1


def test_a_stream_on_the_device_keeps_the_tensor_that_counts() -> None:
    """A captured CUDA graph advances the counter by its address."""
    streams = Streams([0], CPU, on_device=True)
    streams.keys("reads")
    counter = streams._counters.counter("reads")
    address = counter.data_ptr()
    streams.position["reads"] = 7
    streams.keys("reads")
    assert (counter.data_ptr(), int(counter)) == (address, 8)


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
