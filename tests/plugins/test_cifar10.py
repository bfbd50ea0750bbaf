"""CIFAR10 on torchvision's ResNets."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision
from analogbench_plugins.tasks import cifar10, cifar10_data, resnets
from analogbench_plugins.tasks.cifar10 import ResNet18, ResNet50

from analogbench.api import BUDGETS
from analogbench.api.streams import Streams
from analogbench.engine.train import train
from analogbench.errors import DataMissingError
from analogbench.grid.cell import Cell, Part
from analogbench.grid.jobs import Job
from analogbench.registry import Registry, load

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load()


@pytest.fixture
def _photographs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight images in place of CIFAR10, the same for training and testing."""
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (8, 3, 32, 32), dtype=np.uint8)
    labels = np.arange(8, dtype=np.uint8)
    monkeypatch.setattr(cifar10_data, "read_cifar10", lambda part: (images, labels))
    monkeypatch.setattr(cifar10, "missing", lambda name: "")


@pytest.fixture
def cell(registry: Registry) -> Callable[..., Cell]:
    def make(algorithm: str, device: str, task: str, seed: int, **params: Any) -> Cell:
        names = (("algorithm", algorithm, {}), ("device", device, {}), ("task", task, params))
        parts = {
            kind: Part(name=name, params=registry.get(kind, name).value.Params(**given).model_dump())
            for kind, name, given in names
        }
        return Cell(**parts, budget="smoke", seed=seed)

    return make


@pytest.mark.usefixtures("_photographs")
@pytest.mark.parametrize(("analog", "layers"), [("fc", 1), ("all", 21)])
def test_a_resnet_trains_beside_another_as_alone(
    analog: str, layers: int, registry: Registry, cell: Callable[..., Cell]
) -> None:
    seeds = [0] if analog == "all" else [3, 0]
    cells = [cell("analog-sgd", "ideal-softbounds", "cifar10-resnet18", seed, analog=analog) for seed in seeds]
    together = train(Job(tuple(cells)), registry, "cpu", lambda progress: None)
    assert {outcome.status for outcome in together} == {"ok"}
    assert together[0].data_label == "CIFAR10, first 128 images, 32 × 32, from scratch"
    assert len(together[0].weights) == layers
    if analog == "fc":
        (alone,) = train(Job((cells[1],)), registry, "cpu", lambda progress: None)
        assert alone.metrics == together[1].metrics
        assert alone.metrics != together[0].metrics


def test_the_protocol_is_the_papers() -> None:
    task = ResNet18(ResNet18.Params())
    protocol = task.protocol("paper")
    assert (protocol.epochs, protocol.batch, protocol.lr_digital, protocol.lr_analog) == (100, 128, 0.15, 0.075)
    assert [round(protocol.rate_factor(epoch), 6) for epoch in (49, 50, 99)] == [1.0, 0.1, 0.1]
    steps = [task.protocol(budget).epochs * task.protocol(budget).steps_per_epoch for budget in BUDGETS]
    assert steps == sorted(steps)


def test_what_is_missing_is_named_with_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALOGBENCH_DATA", str(tmp_path))
    quick, paper = (ResNet50(ResNet50.Params()).missing(budget) for budget in ("quick", "paper"))
    assert "`analogbench data fetch cifar10`" in quick
    assert "resnet50-imagenet" not in quick
    assert "`analogbench data fetch resnet50-imagenet`" in paper
    assert "resnet50-imagenet" not in ResNet50(ResNet50.Params(weights="none")).missing("paper")
    with pytest.raises(DataMissingError, match="resnet50-imagenet"):
        resnets.make("resnet50", 224, pretrained=True)
    with pytest.raises(DataMissingError, match=r"fetch cifar10.*resnet50-imagenet"):
        ResNet50(ResNet50.Params()).data("paper", CPU)


def test_imagenets_weights_fill_all_but_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = torchvision.models.resnet18(weights=None)
    torch.save(trained.state_dict(), tmp_path / "weights.pth")
    monkeypatch.setattr(resnets, "imagenet_weights", lambda network: (tmp_path / "weights.pth").read_bytes())
    resnets._imagenet.cache_clear()
    for size, new in ((224, {"fc.weight", "fc.bias"}), (32, {"fc.weight", "fc.bias", "conv1.weight"})):
        state = resnets.make("resnet18", size, pretrained=True).state_dict()
        same = {name for name, tensor in trained.state_dict().items() if torch.equal(tensor, state[name])}
        assert set(state) - same == new
        assert state["fc.weight"].shape == (10, 512)
    resnets._imagenet.cache_clear()


def test_pixels_are_normalised_and_flipped_only_in_training() -> None:
    images = torch.randint(0, 256, (2, 64, 3, 32, 32), dtype=torch.uint8)
    pixels = resnets.Pixels(32, Streams([0, 1], CPU))
    mean, std = (torch.tensor(values).reshape(3, 1, 1) for values in (resnets.IMAGENET_MEAN, resnets.IMAGENET_STD))
    plain = (images / 255.0 - mean) / std
    pixels.eval()
    torch.testing.assert_close(pixels(images), plain)
    pixels.train()
    seen = pixels(images)
    flips = [plain, plain.flip(-1), plain.flip(-2), plain.flip(-1).flip(-2)]
    kinds = torch.stack([(seen == flipped).flatten(2).all(2) for flipped in flips])  # (4, R, B)
    assert (kinds.sum(0) == 1).all()
    assert (kinds.sum(2) >= 5).all(), "each of the four is seen, in each replica"
    assert resnets.Pixels(224, Streams([0, 1], CPU))(images[:, :2]).shape == (2, 2, 3, 224, 224)
