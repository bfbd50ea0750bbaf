"""Data sets of a few images in the real formats, which stand in the catalogue for the real ones."""

from __future__ import annotations

import gzip
import hashlib
import pickle
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from numpy.typing import NDArray

from analogbench.data import catalogue
from analogbench.data.catalogue import DataFile, DataSet
from analogbench.data.formats.checksums import Checksum

IMAGES = 4
"""In a batch of the small CIFAR10."""

Contents = dict[PurePosixPath, bytes]


@dataclass(frozen=True)
class Small:
    """The small sets. contents: of the files of each set, in each of its layouts; folder: the data folder.

    photographs: makes a batch of CIFAR10 of a seed."""

    folder: Path
    sets: Mapping[str, DataSet]
    contents: Mapping[str, list[Contents]]

    photographs: Callable[[int], tuple[NDArray[np.uint8], NDArray[np.uint8]]]

    def put(self, name: str, layout: int = 0) -> None:
        """Put the files of a set into the data folder."""
        for path, content in self.contents[name][layout].items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)

    def files(self) -> list[str]:
        """All files in the data folder but the lock."""
        found = [path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file()]
        return sorted(str(path) for path in found if path != Path(".fetching/lock"))

    def expected(self, name: str, layout: int = 0) -> list[str]:
        """What `files` finds where the set is there and nothing else."""
        return sorted(map(str, self.contents[name][layout]))


def idx(values: NDArray[np.uint8]) -> bytes:
    return struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.tobytes()


def digits(count: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images, (count, 28, 28), and labels, (count,)."""
    generator = np.random.default_rng(count)
    return generator.integers(256, size=(count, 28, 28), dtype=np.uint8), np.arange(count, dtype=np.uint8) % 10


def photographs(seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A batch of CIFAR10: (IMAGES, 3, 32, 32) and (IMAGES,)."""
    generator = np.random.default_rng(seed)
    pixels = generator.integers(256, size=(IMAGES, 3, 32, 32), dtype=np.uint8)
    return pixels, generator.integers(10, size=IMAGES, dtype=np.uint8)


def _mnist() -> list[Contents]:
    raw: dict[str, bytes] = {}
    for part, count in (("train", 20), ("t10k", 10)):
        images, labels = digits(count)
        raw |= {f"{part}-images-idx3-ubyte": idx(images), f"{part}-labels-idx1-ubyte": idx(labels)}
    folder = PurePosixPath("MNIST/raw")
    plain = {folder / name: content for name, content in raw.items()}
    return [plain, {folder / f"{name}.gz": gzip.compress(content) for name, content in raw.items()}]


def _cifar10() -> list[Contents]:
    binary, pickled = {}, {}
    for seed, name in enumerate([f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]):
        pixels, labels = photographs(seed)
        rows = [bytes([label]) + image.tobytes() for image, label in zip(pixels, labels, strict=True)]
        binary[PurePosixPath("cifar-10-batches-bin", f"{name}.bin")] = b"".join(rows)
        batch = {"data": pixels.reshape(IMAGES, -1), "labels": labels.tolist()}
        pickled[PurePosixPath("cifar-10-batches-py", name)] = pickle.dumps(batch, protocol=2)
    return [binary, pickled]


def _with_md5s(data_set: DataSet, contents: list[Contents]) -> DataSet:
    """The set of the catalogue, with files of these contents instead of its own."""
    layouts = tuple(
        tuple(DataFile(path, Checksum(hashlib.md5(content).hexdigest())) for path, content in files.items())
        for files in contents
    )
    return replace(data_set, layouts=layouts)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """The small sets in the catalogue, and a data folder that is not made yet."""
    weights = b"weights"
    path = PurePosixPath("imagenet/resnet18-f37072fd.pth")
    resnet = replace(
        catalogue.DATA_SETS["resnet18-imagenet"],
        layouts=((DataFile(path, Checksum(hashlib.sha256(weights).hexdigest()[:8], "sha256")),),),
    )
    contents = {"mnist": _mnist(), "cifar10": _cifar10(), "resnet18-imagenet": [{path: weights}]}
    sets = {name: _with_md5s(catalogue.DATA_SETS[name], contents[name]) for name in ("mnist", "cifar10")}
    sets |= {"resnet18-imagenet": resnet, "mnist-5k": catalogue.DATA_SETS["mnist-5k"]}
    monkeypatch.setattr(catalogue, "DATA_SETS", sets)
    monkeypatch.setenv("ANALOGBENCH_DATA", str(tmp_path / "sets"))
    return Small(tmp_path / "sets", sets, contents, photographs)
