"""The catalogue against torchvision's own lists."""

from __future__ import annotations

import pytest
from torchvision import models
from torchvision.datasets import CIFAR10, MNIST

from analogbench.data import DATA_SETS
from analogbench.data.catalogue import find
from analogbench.errors import UnknownNameError


def test_the_md5s_are_torchvisions() -> None:
    zipped, pickled = DATA_SETS["mnist"].layouts[1], DATA_SETS["cifar10"].layouts[1]
    assert {file.path.name: file.checksum.beginning for file in zipped} == dict(MNIST.resources)
    published = dict(map(tuple, CIFAR10.train_list + CIFAR10.test_list))
    assert {file.path.name: file.checksum.beginning for file in pickled} == published


def test_files_lie_where_torchvision_looks_for_them() -> None:
    assert {str(file.path.parent) for layout in DATA_SETS["mnist"].layouts for file in layout} == {"MNIST/raw"}
    assert {str(file.path.parent) for file in DATA_SETS["cifar10"].layouts[1]} == {CIFAR10.base_folder}


@pytest.mark.parametrize("number", [18, 34, 50])
def test_weights_are_torchvisions(number: int) -> None:
    ((file,),) = DATA_SETS[f"resnet{number}-imagenet"].layouts
    weights = models.get_weight(f"ResNet{number}_Weights.IMAGENET1K_V1")
    assert weights.url.endswith(f"/{file.path.name}")
    assert f"-{file.checksum.beginning}." in file.path.name
    assert file.checksum.kind == "sha256"
    assert DATA_SETS[f"resnet{number}-imagenet"].size / 2**20 == pytest.approx(weights.meta["_file_size"], abs=1e-3)


def test_every_file_is_checked_and_stays_below_the_data_folder() -> None:
    for name, data_set in DATA_SETS.items():
        assert name == data_set.name
        assert bool(data_set.layouts) != bool(data_set.distribution)
        for file in [file for layout in data_set.layouts for file in layout]:
            assert len(file.checksum.beginning) == {"md5": 32, "sha256": 8}[file.checksum.kind]
            assert not file.path.is_absolute()
            assert ".." not in file.path.parts


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'cifar10'"):
        find("cifar")
