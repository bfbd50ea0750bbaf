"""Read data sets from the data folder; every file is compared with its published checksum first."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from analogbench.data.catalogue import DataSet
from analogbench.data.formats.checksums import DamagedError, read_checked
from analogbench.data.location import data_dir
from analogbench.data.presence import damaged, require, unreadable
from analogbench.errors import DataMissingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Part = Literal["train", "test"]
Network = Literal["resnet18", "resnet34", "resnet50"]


def read_mnist(part: Part) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """MNIST's 60000 training or 10000 test images: pixels, (N, 28, 28), 0 the background; labels, (N,).

    Raises DataMissingError where the set is not there, or damaged.
    """
    from analogbench.data.formats.idx import decode_mnist

    data_set, layout = require("mnist")
    files = {"train": layout[:2], "test": layout[2:]}[part]
    with _as_missing(data_set):
        images, labels = (read_checked(data_dir() / file.path, file.checksum) for file in files)
        return decode_mnist(images, labels)


def read_cifar10(part: Part) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """CIFAR10's 50000 training or 10000 test images: pixels, (N, 3, 32, 32), red, green, blue; labels, (N,).

    Raises DataMissingError where the set is not there, or damaged.
    """
    from analogbench.data.formats.cifar10 import joined, read_batch

    data_set, layout = require("cifar10")
    files = {"train": layout[:5], "test": layout[5:]}[part]
    with _as_missing(data_set):
        return joined([read_batch(data_dir() / file.path, file.checksum) for file in files])


def imagenet_weights(network: Network) -> bytes:
    """The content of the file of torchvision's ImageNet weights of a network, for torch.load with weights_only.

    Raises DataMissingError where it is not there, or damaged.
    """
    data_set, (file,) = require(f"{network}-imagenet")
    with _as_missing(data_set):
        return read_checked(data_dir() / file.path, file.checksum)


@contextlib.contextmanager
def _as_missing(data_set: DataSet) -> Iterator[None]:
    """Raise DataMissingError where a file is damaged or cannot be read."""
    try:
        yield
    except DamagedError as error:
        raise DataMissingError(damaged(data_set, error.path)) from error
    except OSError as error:
        raise DataMissingError(unreadable(data_set, error)) from error
