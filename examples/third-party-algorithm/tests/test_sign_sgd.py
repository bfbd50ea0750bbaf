"""The contract of every rule; the rule on the digital tile, where its arithmetic shows exactly; the registry."""

import torch
from analogbench.api import TileContext
from analogbench.api.streams import Streams
from analogbench.registry import load
from analogbench.testing import AlgorithmContract

from analogbench_sign_sgd import AnalogSignSGD

RATE = 0.5


class TestContract(AlgorithmContract):
    algorithm = AnalogSignSGD


def _changes(d: torch.Tensor, threshold: torch.Tensor) -> torch.Tensor:
    """What one sample (x = 1) adds to each replica's weights, in units of −lr. d: (R, 1, outputs) → (R, outputs)."""
    registry = load()
    entry = registry.algorithm("analog-sign-sgd")
    replicas, _, outputs = d.shape
    context = TileContext(Streams(range(replicas), torch.device("cpu")), torch.device("cpu"))
    device = registry.device("digital").value
    tile = device(device.Params()).build_tile((replicas, outputs, 1), context)
    rule = entry.value(entry.value.Params.model_construct(lr=None, threshold=threshold))
    state = rule.build(lambda name: tile)
    rule.update(state, torch.ones(replicas, 1, 1), d, torch.full((replicas, 1, 1), RATE))
    return -rule.weights(state)[..., 0] / RATE


def test_it_is_installed_under_its_own_name() -> None:
    entry = load().algorithm("analog-sign-sgd")
    assert (entry.plugin, entry.distribution) == ("sign-sgd", "analogbench-sign-sgd")


def test_every_row_gets_the_sign_of_its_error_and_the_sample_one_magnitude() -> None:
    d = torch.tensor([[[0.3, -0.1, 0.0, 0.2]]])
    torch.testing.assert_close(_changes(d, torch.zeros(1, 1, 1)), torch.tensor([[0.2, -0.2, 0.0, 0.2]]))


def test_the_threshold_of_each_replica_leaves_out_its_small_errors() -> None:
    d = torch.tensor([[[0.3, -0.1, 0.2]]]).repeat(2, 1, 1)
    changes = _changes(d, torch.tensor([0.0, 0.5]).reshape(-1, 1, 1))
    torch.testing.assert_close(changes, torch.tensor([[0.2, -0.2, 0.2], [0.25, 0.0, 0.25]]))


def test_without_an_error_nothing_moves() -> None:
    assert not _changes(torch.zeros(1, 1, 3), torch.zeros(1, 1, 1)).any()
