from pathlib import Path

import numpy as np
import pytest
import torch
from analogbench_plugins.tasks import mnist_data
from analogbench_plugins.tasks.mnist import MnistCnn, MnistFcn

from analogbench.api import BUDGETS
from analogbench.errors import DataMissingError

CPU = torch.device("cpu")


def test_mnist_5k_is_split_by_class_once_and_for_all() -> None:
    data = MnistFcn(MnistFcn.Params()).data("quick", CPU)
    assert data.test is not None
    assert data.label == "MNIST-5k"
    for (pixels, labels), each in ((data.train, 400), (data.test, 100)):
        assert torch.bincount(labels).tolist() == [each] * 10
        assert pixels.shape == (10 * each, 784)
        assert (pixels.min(), pixels.max()) == (0.0, 1.0)
    rows = torch.cat([data.train[0], data.test[0]])
    assert len(torch.unique(rows, dim=0)) == 5000, "a test image is in the training set"
    assert data.train[1][:20].tolist() == mnist_data.load("5k", CPU).train[1][:20].tolist()


def test_smoke_is_a_labelled_part() -> None:
    data = MnistFcn(MnistFcn.Params()).data("smoke", CPU)
    assert data.test is not None
    assert (len(data.train[0]), len(data.test[0])) == (1000, 500)
    assert "1000" in data.label
    assert len(torch.unique(data.train[1])) == 10


def test_full_mnist_is_scaled_to_the_unit_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (30, 28, 28), dtype=np.uint8)
    labels = (np.arange(30) % 10).astype(np.uint8)
    parts = {"train": (images[:20], labels[:20]), "test": (images[20:], labels[20:])}
    monkeypatch.setattr(mnist_data, "read_mnist", parts.__getitem__)
    data = MnistFcn(MnistFcn.Params()).data("paper", CPU)
    assert data.test is not None
    assert data.label == "MNIST"
    torch.testing.assert_close(data.train[0], torch.from_numpy(images[:20]).flatten(1) / 255.0)
    assert data.test[1].tolist() == labels[20:].tolist()


def test_the_budget_chooses_the_digits_unless_they_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALOGBENCH_DATA", str(tmp_path))
    for task in (MnistFcn, MnistCnn):
        assert [bool(task(task.Params()).missing(budget)) for budget in BUDGETS] == [False, False, True]
        assert not task(task.Params(data="5k")).missing("paper")
        full = task(task.Params(data="full"))
        assert "`analogbench data fetch mnist`" in full.missing("smoke")
        with pytest.raises(DataMissingError, match="`analogbench data fetch mnist`"):
            full.data("smoke", CPU)


def test_protocols_are_the_papers() -> None:
    protocol = MnistFcn(MnistFcn.Params()).protocol("paper")
    assert (protocol.epochs, protocol.batch, protocol.lr_digital, protocol.lr_analog) == (80, 10, 0.1, 0.05)
    assert [round(protocol.rate_factor(epoch), 6) for epoch in (0, 34, 35, 69, 70)] == [1.0, 1.0, 0.1, 0.1, 0.01]
    convolutional = MnistCnn(MnistCnn.Params()).protocol("paper")
    assert (convolutional.epochs, convolutional.batch, convolutional.lr_digital) == (80, 8, 0.1)
    budgets = [MnistFcn(MnistFcn.Params()).protocol(b).epochs for b in ("smoke", "quick", "paper")]
    assert budgets == sorted(budgets)


def test_cross_entropy_is_torchs() -> None:
    output, target = torch.randn(2, 6, 10), torch.randint(0, 10, (2, 6))
    task = MnistFcn(MnistFcn.Params())
    expected = torch.stack([torch.nn.functional.cross_entropy(o, t) for o, t in zip(output, target, strict=True)])
    torch.testing.assert_close(task.loss(output, target), expected)
    torch.testing.assert_close(task.evaluate(output, target)["test_loss"], 6 * expected)
