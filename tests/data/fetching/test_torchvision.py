from __future__ import annotations

import errno
import socket
import urllib.error
from pathlib import Path
from typing import Any

import pytest

from analogbench.data.catalogue import find
from analogbench.data.fetching import torchvision_
from analogbench.data.fetching.reasons import FullDiskError, SourceError, reason_of


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    (tmp_path / "stage").mkdir()
    return tmp_path / "stage"


def _fetch(name: str, stage: Path) -> str:
    return torchvision_.fetch(find(name), stage, lambda done, total: None)


@pytest.mark.parametrize(("name", "layout"), [("mnist", 1), ("cifar10", 1), ("resnet18-imagenet", 0)])
def test_files_lie_as_in_the_data_folder(
    small: Any, torchvision: Any, stage: Path, name: str, layout: int, make_tarball: Any
) -> None:
    contents = small.contents[name][layout]
    for path, content in contents.items():
        (torchvision.server / path.name).write_bytes(content)
    tarball = make_tarball({**{str(path): content for path, content in contents.items()}, "/escaped": b""})
    (torchvision.server / "cifar-10-python.tar.gz").write_bytes(tarball)
    assert _fetch(name, stage) == "torchvision's source"
    for path, content in contents.items():
        assert (stage / path).read_bytes() == content
    assert not list(stage.rglob("*.tar.gz"))


def test_without_a_network_there_is_a_reason(small: Any, torchvision: Any, stage: Path) -> None:
    with pytest.raises(SourceError) as caught:
        _fetch("mnist", stage)
    assert str(caught.value) == "no network: Connection refused"


def test_a_full_disk_is_not_the_sources_fault(small: Any, torchvision: Any, stage: Path) -> None:
    torchvision.fail(errno.ENOSPC)
    with pytest.raises(FullDiskError):
        _fetch("mnist", stage)


def test_a_child_that_cannot_even_start_has_a_last_word(small: Any, torchvision: Any, stage: Path) -> None:
    (torchvision.site / "datasets" / "__init__.py").write_text("raise ImportError('undefined symbol')")
    with pytest.raises(SourceError, match=r"^ImportError: undefined symbol$"):
        _fetch("mnist", stage)
    (torchvision.site / "datasets" / "__init__.py").write_text("import os; os.abort()")
    (stage / "MNIST" / "raw").rmdir()
    with pytest.raises(SourceError, match=r"^exit code \d+$"):
        _fetch("mnist", stage)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (urllib.error.HTTPError("x", 503, "Unavailable", {}, None), "the server answers 503 Unavailable"),  # type: ignore[arg-type]
        (urllib.error.URLError(socket.gaierror(-2, "Name unknown")), "no network: Name unknown"),
        (urllib.error.URLError("unknown url type"), "URLError: <urlopen error unknown url type>"),
        (urllib.error.URLError(TimeoutError("timed out")), "no network: no answer in time"),
        (ConnectionResetError(), "no network: "),
        (RuntimeError("File not found\nor corrupted."), "RuntimeError: File not found or corrupted."),
        (MemoryError(), "MemoryError"),
    ],
)
def test_a_reason_is_one_line(error: BaseException, reason: str) -> None:
    assert reason_of(error).startswith(reason)
    assert "\n" not in reason_of(error)
