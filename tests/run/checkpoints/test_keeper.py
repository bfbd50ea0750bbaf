"""Where a job's state lies, and how often it is written."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from analogbench.errors import UnsavableError
from analogbench.run.checkpoints import keeper as module
from analogbench.run.checkpoints.file import Header, read_header, remove
from analogbench.run.checkpoints.folder import checkpoint_folder
from analogbench.run.checkpoints.keeper import FileKeeper

HEADER = Header(("a" * 64,), "cpu", torch.__version__)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def keeper(tmp_path: Path, said: list[str]) -> FileKeeper:
    return FileKeeper(tmp_path / "checkpoints", HEADER, 60.0, said.append)


def test_it_is_time_again_when_the_interval_is_over(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    keeper = FileKeeper(tmp_path, HEADER, 60.0, said.append)
    times = []
    for second in range(0, 200, 10):
        clock.now = 1000.0 + second
        if keeper.due():
            times.append(second)
            keeper.save({"second": second})
    assert times == [60, 120, 180]


def test_the_next_attempt_finds_the_last_state_and_only_that(keeper: FileKeeper, said: list[str]) -> None:
    assert keeper.load() is None
    for number in (1, 2):
        keeper.save({"number": number})
    other = FileKeeper(keeper.path.parent, HEADER, 60.0, said.append)
    assert other.load() == {"number": 2}
    assert read_header(keeper.path) == HEADER
    assert list(keeper.path.parent.iterdir()) == [keeper.path]
    elsewhere = Header(HEADER.identities, "cuda", HEADER.torch)
    assert FileKeeper(keeper.path.parent, elsewhere, 60.0, said.append).load() is None
    assert said == []


def test_a_folder_that_is_gone_is_made_again(keeper: FileKeeper, said: list[str]) -> None:
    """Another run into the same results may have ended and removed it."""
    for _ in range(2):
        keeper.save({})
        keeper.path.unlink()
        keeper.path.parent.rmdir()
    keeper.save({})
    assert keeper.path.exists()
    assert said == []


def test_results_that_are_gone_are_not_made_again(keeper: FileKeeper, said: list[str], tmp_path: Path) -> None:
    tmp_path.rmdir()
    for _ in range(2):
        keeper.save({})
    assert said == [f"warning: {keeper.path}: cannot write the checkpoint: No such file or directory"]


def test_a_state_that_is_none_is_said_once(keeper: FileKeeper, said: list[str]) -> None:
    for _ in range(2):
        keeper.failed(UnsavableError("state.secret is of type Secret"))
    (line,) = said
    assert line.startswith("warning: no checkpoints, ")
    assert line.endswith(": state.secret is of type Secret")


def test_what_a_killed_process_has_half_written_goes_too(keeper: FileKeeper) -> None:
    keeper.save({})
    half = keeper.path.with_name(f".{keeper.path.name}.abc.tmp")
    other = keeper.path.with_name(".other.ckpt.abc.tmp")
    for path in (half, other):
        path.write_bytes(b"half")
    remove(keeper.path)
    assert list(keeper.path.parent.iterdir()) == [other]


def test_a_folder_lasts_as_long_as_there_are_checkpoints_in_it(tmp_path: Path) -> None:
    with checkpoint_folder(tmp_path / "results", 60.0) as name:
        folder = Path(name)
        assert folder.is_absolute()
        assert folder == tmp_path / "results" / "checkpoints"
        (folder / "a.ckpt").write_bytes(b"")
    assert folder.exists()
    (folder / "a.ckpt").unlink()
    with pytest.raises(KeyboardInterrupt), checkpoint_folder(tmp_path / "results", 60.0):
        raise KeyboardInterrupt
    assert not folder.exists()


def test_never_makes_no_folder(tmp_path: Path) -> None:
    with checkpoint_folder(tmp_path / "results", None) as name:
        assert name == ""
    assert not (tmp_path / "results").exists()
