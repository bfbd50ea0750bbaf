"""`analogbench data`, with a source that needs no network."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner

from analogbench.cli import data as command
from analogbench.cli.main import cli, main
from analogbench.data import catalogue
from analogbench.data.catalogue import DataFile, DataSet
from analogbench.data.fetching import fetch
from analogbench.data.fetching.download import Report
from analogbench.data.fetching.reasons import SourceError
from analogbench.data.formats.checksums import Checksum

CONTENT = b"digits"


class Source:
    """Gives every set its one file, or fails."""

    failing: tuple[str, ...] = ()

    def fetch(self, data_set: DataSet, folder: Path, report: Report) -> str:
        if data_set.name in self.failing:
            raise SourceError("no network:\nName unknown")
        report(3, 6)
        path = folder / data_set.layouts[0][0].path
        path.parent.mkdir(parents=True)
        path.write_bytes(CONTENT)
        return "a fake 1.0"


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    """The only one. The catalogue has mnist, cifar10 and mnist-5k."""
    checksum = Checksum(hashlib.md5(CONTENT).hexdigest())
    sets = {"mnist-5k": catalogue.DATA_SETS["mnist-5k"]}
    for name in ("mnist", "cifar10"):
        layouts = ((DataFile(PurePosixPath(name, "file"), checksum),),)
        sets[name] = replace(catalogue.DATA_SETS[name], layouts=layouts)
    for module in (catalogue, command):
        monkeypatch.setattr(module, "DATA_SETS", sets)
    only = Source()
    monkeypatch.setattr(fetch, "SOURCES", {"fake": only})
    return only


@pytest.fixture
def folder(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder."""
    monkeypatch.setenv("ANALOGBENCH_DATA", str(tmp_path / "sets"))
    monkeypatch.setenv("ANALOGBENCH_DATA_BY_OPTION", "")
    return tmp_path / "sets"


Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls `analogbench data`; returns the exit code, standard output and standard error."""

    def call(*args: str) -> tuple[int, str, str]:
        code = main(["data", *args])
        return code, *capsys.readouterr()

    return call


def test_each_set_has_one_final_line(call: Call, folder: Path) -> None:
    code, out, err = call("fetch", "mnist", "cifar10", "mnist")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{name}: fetched from a fake 1.0 into {folder}/{name}" for name in ("mnist", "cifar10")
    ]
    assert call("fetch", "mnist", "mnist-5k") == (0, "mnist: already there\nmnist-5k: already there\n", "")


def test_a_failure_is_one_line_and_the_others_are_fetched(call: Call, folder: Path, source: Source) -> None:
    source.failing = ("mnist",)
    code, out, err = call("fetch", "mnist", "cifar10")
    assert (code, out) == (1, f"cifar10: fetched from a fake 1.0 into {folder}/cifar10\n")
    assert err == "analogbench: mnist cannot be fetched; fake: no network: Name unknown\n"


def test_an_unknown_name_is_found_before_anything_is_fetched(call: Call, folder: Path) -> None:
    code, out, err = call("fetch", "mnist", "cifar")
    assert (code, out) == (2, "")
    assert err.startswith("analogbench: unknown data set 'cifar'; did you mean 'cifar10'?")
    assert not folder.exists()
    assert call("path", "cifar")[0] == 2
    assert call("fetch")[0] == 2


def test_the_list_says_what_is_there(call: Call, folder: Path) -> None:
    call("fetch", "mnist", "cifar10")
    (folder / "cifar10" / "file").write_bytes(b"digit")
    code, out, _ = call("list")
    rows = {line.split()[0]: line.split() for line in out.splitlines()}
    assert code == 0
    assert rows["name"] == ["name", "what", "size", "state", "folder"]
    assert rows["mnist"][-2:] == ["present", f"{folder}/mnist"]
    assert rows["cifar10"][-2:] == ["damaged", f"{folder}/cifar10"]
    assert rows["mnist-5k"][-2] == "present"
    (folder / "mnist" / "file").unlink()
    assert f"missing  {folder}/mnist" in call("list")[1]


def test_a_damaged_set_is_fetched_again(call: Call, folder: Path) -> None:
    call("fetch", "mnist")
    (folder / "mnist" / "file").write_bytes(b"digit")
    assert call("fetch", "mnist")[1].startswith("mnist: fetched from ")
    assert (folder / "mnist" / "file").read_bytes() == CONTENT


def test_the_path_is_printed_for_scripts(call: Call, folder: Path) -> None:
    assert call("path") == (0, f"{folder}\n", "")
    reason = f"analogbench: MNIST is not in {folder}; `analogbench data fetch mnist` gets it\n"
    assert call("path", "mnist") == (1, "", reason)
    call("fetch", "mnist")
    assert call("path", "mnist") == (0, f"{folder}/mnist\n", "")
    assert Path(call("path", "mnist-5k")[1].strip()).is_dir()


def test_the_option_wins_over_the_environment(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    monkeypatch.chdir(tmp_path)
    assert call("fetch", "mnist", "--data-dir", "other")[1].endswith(f"into {other}/mnist\n")
    assert os.environ["ANALOGBENCH_DATA"] == str(other), "the processes that this one starts must know"
    monkeypatch.setenv("ANALOGBENCH_DATA", "elsewhere")
    assert call("path", "mnist", "--data-dir", str(other))[1] == f"{other}/mnist\n"
    assert f"`analogbench data fetch cifar10 --data-dir {other}` gets it" in call("path", "cifar10")[2]
    monkeypatch.setenv("ANALOGBENCH_DATA", "elsewhere")
    assert f"present  {other}/mnist" in call("list", "--data-dir", str(other))[1]


def test_a_file_is_no_folder(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in (["list"], ["fetch", "mnist"], ["path"]):
        code, _, err = call(*name, "--data-dir", str(tmp_path / "file"))
        assert (code, "is a file" in err) == (2, True)


def test_a_terminal_shows_a_bar(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = CliRunner().invoke(cli, ["data", "fetch", "mnist"])
    assert "mnist: fake" in result.stderr or "mnist: checking" in result.stderr
    assert result.stdout == f"mnist: fetched from a fake 1.0 into {folder}/mnist\n"


@pytest.mark.parametrize("name", ["list", "fetch", "path"])
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(cli, ["data", name, "-h"])
    assert result.exit_code == 0
    assert "--data-dir" in result.output
