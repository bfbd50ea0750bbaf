"""Records on disk: whole or not there, and damaged files named and left alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from analogbench.errors import RecordError
from analogbench.grid.cell import Part
from analogbench.records import store as module
from analogbench.records.record import Record
from analogbench.records.store import MAX_BYTES, Problem, Store, read


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def files(store: Store) -> list[str]:
    return sorted(str(path.relative_to(store.root)) for path in store.root.rglob("*") if path.is_file())


def test_a_record_comes_back_with_rounded_curves(store: Store, record: Record) -> None:
    path = store.save(record)
    assert files(store) == ["records/line/tiki-taka-soft-smoke-s3-0123456789ab.json"]
    assert store.load_all() == ([read(path)], [])
    found = store.find(record.identity, record.cell)
    assert found is not None
    assert found.curve == {"step": [1.0, 1234567.0], "epoch": [1.0, 2.0], "loss": [0.333333, None]}
    assert found.metrics == {"loss": 1 / 3}
    assert found.model_copy(update={"curve": record.curve}) == record
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_second_save_changes_no_byte(store: Store, record: Record) -> None:
    path = store.save(record)
    first = path.read_bytes()
    assert store.save(read(path)) == path
    assert path.read_bytes() == first
    assert len(first.splitlines()) == len(Record.model_fields) + 3  # braces and the checksum


def test_a_cell_that_is_run_again_has_one_record_and_another_identity_another(store: Store, record: Record) -> None:
    store.save(record.model_copy(update={"status": "crashed", "reason": "x"}))
    store.save(record)
    store.save(record.model_copy(update={"identity": "fedcba9876543210"}))
    assert [r.status for r in store.load_all()[0]] == ["ok", "ok"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"schema_version": 9, "a": 1}'])
def test_what_is_no_record_is_never_overwritten(store: Store, record: Record, content: bytes) -> None:
    path = store.path_of(record.identity, record.cell)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert store.find(record.identity, record.cell) is None
    beside = store.save(record.model_copy(update={"status": "crashed"}))
    assert beside.name == "tiki-taka-soft-smoke-s3-0123456789ab.2.json"
    assert store.save(record) == beside
    assert path.read_bytes() == content
    found = store.find(record.identity, record.cell)
    assert found is not None
    assert found.status == record.status
    records, problems = store.load_all()
    assert (len(records), [problem.path for problem in problems]) == (1, [path])


def test_a_folder_or_another_record_with_its_name_is_left_alone(store: Store, record: Record) -> None:
    path = store.path_of(record.identity, record.cell)
    path.mkdir(parents=True)
    other = store.save(record.model_copy(update={"identity": record.identity[:12] + "other"}))
    mine = store.save(record)
    assert [other.name[-7:], mine.name[-7:]] == [".2.json", ".3.json"]
    assert read(mine).identity == record.identity


def test_find_gives_only_what_was_asked_for(store: Store, record: Record) -> None:
    assert store.find(record.identity, record.cell) is None
    store.save(record)
    assert store.find(record.identity[:12] + "other", record.cell) is None
    assert store.find("f" * 16, record.cell) is None


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.chmod", "pathlib.Path.replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_save_that_fails_leaves_the_old_record_and_nothing_else(
    store: Store, record: Record, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = store.save(record)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(step, fail)
    with pytest.raises(type(error)):
        store.save(record.model_copy(update={"reason": "new"}))
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert len(files(store)) == 1


def test_a_file_system_that_cannot_sync_folders(store: Store, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise PermissionError(13, "no")

    monkeypatch.setattr(module.os, "open", fail)
    with pytest.raises(PermissionError):
        os.open(store.root, os.O_RDONLY)
    module._sync_folder(store.root)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b'{"identity": "01', "not a record: Invalid JSON: EOF while parsing"),
        (b"\x00\xff\x80PNG", "not a record: Invalid JSON"),
        (b"[1, 2]", "not a record: Input should be an object"),
        (b"[" * 100_000, "not a record: Invalid JSON"),
        (b'{"a": 1}', "not a record: identity Field required"),
        (b'{"schema_version": 9, "a": 1}', "not a record: schema version 9, written by another analogbench"),
        (b" " * (MAX_BYTES + 1), "larger than 1000000 bytes, so no record"),
    ],
)
def test_a_damaged_file_is_named_and_left_alone(store: Store, record: Record, content: bytes, reason: str) -> None:
    good = store.save(record)
    bad = good.with_name("bad.json")
    bad.write_bytes(content)
    records, problems = store.load_all()
    assert records == [read(good)]
    assert [problem.path for problem in problems] == [bad]
    assert problems[0].reason.startswith(reason)
    assert "\n" not in str(problems[0])
    assert bad.read_bytes() == content


def test_a_record_cut_anywhere_is_never_read(store: Store, record: Record) -> None:
    path = store.save(record)
    content = path.read_bytes()
    for length in range(0, len(content) - 2, 7):
        path.write_bytes(content[:length])
        records, problems = store.load_all()
        assert not records
        assert len(problems) == 1
        assert store.find(record.identity, record.cell) is None


def test_a_record_of_another_schema_with_the_same_fields(store: Store, record: Record) -> None:
    path = store.save(record)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": 2}))
    assert store.load_all()[1] == [Problem(path, "not a record: schema version 2, written by another analogbench")]


def test_things_that_are_no_files(store: Store, record: Record) -> None:
    folder = store.save(record).parent
    (folder / "folder.json").mkdir()
    (folder / "gone.json").symlink_to(folder / "nowhere")
    (folder / "notes.txt").write_text("no record, and no problem either")
    (folder / ".half.tmp").write_text("left behind by a power failure")
    records, problems = store.load_all()
    assert len(records) == 1
    assert [str(problem) for problem in problems] == [
        f"{folder / 'folder.json'}: not a file",
        f"{folder / 'gone.json'}: not a file",
    ]


def test_a_file_that_may_not_be_read(store: Store, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    path = store.save(record)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(RecordError, match=r"cannot be read: Permission denied$"):
        read(path)


def test_names_cannot_leave_the_folder(store: Store, record: Record) -> None:
    cell = record.cell.model_copy(update={"task": Part(name="../../etc"), "algorithm": Part(name="a/b ×")})
    path = store.save(record.model_copy(update={"cell": cell}))
    assert path.parent.parent == store.folder
    assert path.name == "a_b_-soft-smoke-s3-0123456789ab.json"
    assert Store(Path()).path_of("x", record.cell.model_copy(update={"task": Part(name="..")})).parent.name == "_"


def test_writable_or_not(store: Store, tmp_path: Path) -> None:
    store.check_writable()
    assert files(store) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        Store(tmp_path / "file").check_writable()


def test_a_results_folder_that_does_not_exist_has_no_records(store: Store) -> None:
    assert store.load_all() == ([], [])
