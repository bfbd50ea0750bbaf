"""Checkpoints as files: what is damaged, foreign or hostile is never taken for a state."""

import errno
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from analogbench.run.checkpoints.file import CheckpointError, Header, as_state, read, read_header, write
from analogbench.run.checkpoints.keeper import FileKeeper

HEADER = Header(("a" * 64, "b" * 64), "cpu", torch.__version__)
STATE = {"step": 3, "losses": torch.arange(6.0).reshape(2, 3), "nested": {"x": [1, None, "text"]}}


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("checkpoint") / HEADER.name
    write(path, HEADER, as_state(STATE))
    return path.read_bytes()


def test_a_state_comes_back_as_it_was_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / HEADER.name
    write(path, HEADER, as_state(STATE))
    header, state = read(path)
    assert header == read_header(path) == HEADER
    assert torch.equal(state.pop("losses"), STATE["losses"])
    assert state == {key: value for key, value in STATE.items() if key != "losses"}
    assert list(tmp_path.iterdir()) == [path]


@given(data=st.data())
def test_a_file_with_any_change_is_refused(
    data: st.DataObject, content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = data.draw(st.integers(0, len(content) - 1))
    cut = data.draw(st.booleans())
    changed = content[:place] if cut else _flipped(content, place, data.draw(st.integers(1, 255)))
    path = tmp_path_factory.getbasetemp() / HEADER.name
    path.write_bytes(changed)
    with pytest.raises(CheckpointError):
        read(path)


def _flipped(content: bytes, place: int, bits: int) -> bytes:
    return content[:place] + bytes([content[place] ^ bits]) + content[place + 1 :]


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (66,)


def test_a_hostile_pickle_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / HEADER.name
    write(path, HEADER, lambda file: file.write(pickle.dumps(Evil())))
    with pytest.raises(CheckpointError, match="no state"):
        read(path)
    write(path, HEADER, lambda file: torch.save(Evil(), file))
    with pytest.raises(CheckpointError, match="no state"):
        read(path)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to(path)])
def test_what_is_no_file_is_refused_and_not_waited_for(make: Any, tmp_path: Path) -> None:
    make(tmp_path / HEADER.name)
    with pytest.raises(CheckpointError):
        read(tmp_path / HEADER.name)


def test_a_full_disk_costs_the_checkpoint_only_and_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    keeper = FileKeeper(tmp_path, HEADER, 0.0, said.append)
    keeper.save(STATE)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    keeper.save({"step": 4})
    keeper.save({"step": 5})
    assert said == [f"warning: {keeper.path}: cannot write the checkpoint: No space left on device"]
    assert list(tmp_path.iterdir()) == [keeper.path]
    state = keeper.load()
    assert state is not None
    assert state["step"] == 3


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (Header(HEADER.identities, "cpu", "1.0"), "made with torch 1.0"),
        (Header(HEADER.identities[::-1], "cpu", HEADER.torch), "of other cells"),
        (Header(HEADER.identities, "cpu", HEADER.torch, version=9), "version 9"),
    ],
)
def test_a_checkpoint_of_something_else_is_said_and_not_used(header: Header, why: str, tmp_path: Path) -> None:
    said: list[str] = []
    keeper = FileKeeper(tmp_path, HEADER, 0.0, said.append)
    write(keeper.path, header, as_state(STATE))
    assert keeper.load() is None
    assert len(said) == 1
    assert why in said[0]
    assert str(keeper.path) in said[0]
