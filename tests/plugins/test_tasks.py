import struct
from pathlib import Path

import pytest
import torch
from analogbench_plugins.tasks import mnist_data
from analogbench_plugins.tasks.mnist import MnistFcn
from analogbench_plugins.tasks.synthetic import LeastSquares

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


def write_idx(path: Path, values: torch.Tensor) -> None:
    header = struct.pack(">BBBB", 0, 0, 8, values.ndim) + struct.pack(f">{values.ndim}I", *values.shape)
    path.write_bytes(header + values.to(torch.uint8).numpy().tobytes())


def test_full_mnist_is_read_from_torchvisions_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALOGBENCH_DATA", str(tmp_path))
    with pytest.raises(DataMissingError, match="full MNIST is not"):
        mnist_data.load("full", CPU)
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    images, labels = torch.randint(0, 256, (30, 28, 28)), torch.arange(30) % 10
    for part, count in (("train", 20), ("t10k", 10)):
        write_idx(raw / f"{part}-images-idx3-ubyte", images[:count])
        write_idx(raw / f"{part}-labels-idx1-ubyte", labels[:count])
    data = mnist_data.load("full", CPU)
    assert data.test is not None
    assert data.label == "MNIST"
    torch.testing.assert_close(data.train[0], images[:20].flatten(1) / 255.0)
    assert torch.equal(data.test[1], labels[:10])
    (raw / "train-images-idx3-ubyte").write_bytes(b"half a file")
    with pytest.raises(DataMissingError, match="is damaged"):
        mnist_data.load("full", CPU)


def test_protocols_are_the_papers() -> None:
    protocol = MnistFcn(MnistFcn.Params()).protocol("paper")
    assert (protocol.epochs, protocol.batch, protocol.lr_digital, protocol.lr_analog) == (80, 10, 0.1, 0.05)
    assert [round(protocol.rate_factor(epoch), 6) for epoch in (0, 34, 35, 69, 70)] == [1.0, 1.0, 0.1, 0.1, 0.01]
    assert LeastSquares(LeastSquares.Params()).protocol("paper").epochs == 2500
    budgets = [MnistFcn(MnistFcn.Params()).protocol(b).epochs for b in ("smoke", "quick", "paper")]
    assert budgets == sorted(budgets)


def test_cross_entropy_is_torchs() -> None:
    output, target = torch.randn(2, 6, 10), torch.randint(0, 10, (2, 6))
    task = MnistFcn(MnistFcn.Params())
    expected = torch.stack([torch.nn.functional.cross_entropy(o, t) for o, t in zip(output, target, strict=True)])
    torch.testing.assert_close(task.loss(output, target), expected)
    torch.testing.assert_close(task.evaluate(output, target)["test_loss"], 6 * expected)
