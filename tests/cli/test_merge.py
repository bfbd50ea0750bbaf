"""`analogbench merge`: folders of several machines become one, and nothing is lost on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analogbench.cli.main import main
from analogbench.grid.cell import Cell, Part
from analogbench.records import store as store_module
from analogbench.records.claims import Claims
from analogbench.records.record import Labels, MetricInfo, Record
from analogbench.records.store import Store

Output = pytest.CaptureFixture[str]
LOSS = MetricInfo(key="loss", title="loss")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(folder: str, seed: int = 0, value: float = 0.5, day: int = 1, **kw: Any) -> Path:
    """Saves a record; those with the same seed are of the same cell by the same code."""
    cell = Cell(algorithm=Part(name="a"), device=Part(name="d"), task=Part(name="t"), budget="smoke", seed=seed)
    labels = Labels(algorithm="a", device="d", task="t")
    origin = {"end": f"2025-01-0{day}T00:00:00+00:00", "host": folder}
    fields = {"status": "ok", "metrics": {"loss": value}, "metric": LOSS, "provenance": origin} | kw
    record = Record(identity=fields.pop("identity", f"{seed:064x}"), cell=cell, labels=labels, **fields)
    return Store(Path(folder)).save(record)


def seeds(folder: str) -> dict[int, tuple[str, str]]:
    """By seed, the status and which folder the record came from."""
    records, problems = Store(Path(folder)).load_all()
    assert not problems
    return {record.cell.seed: (record.status, record.provenance["host"]) for record in records}


def contents(folder: str) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_folders_become_one_byte_for_byte(capsys: Output) -> None:
    for seed in range(4):
        put("one" if seed < 2 else "two", seed)
    before = contents("one"), contents("two")
    assert main(["merge", "one", "two", "--results", "all"]) == 0
    assert capsys.readouterr().out == "all: 4 copied\n"
    assert contents("all") == before[0] | before[1]
    assert (contents("one"), contents("two")) == before
    assert main(["merge", "one", "two", "--results", "all"]) == 0
    assert capsys.readouterr().out == "all: 4 already there\n"


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_ok_beats_not_ok_and_then_the_earlier_stays_in_whatever_order(order: tuple[str, str], capsys: Output) -> None:
    put("one", 0, status="crashed", metrics={}, day=1)
    put("two", 0, day=2)
    put("one", 1, day=2)
    put("two", 1, day=1)
    put("one", 2, status="oom", metrics={}, day=2)
    put("two", 2, status="crashed", metrics={}, day=1)
    put("one", 3, provenance={"host": "one"})
    put("two", 3, provenance={"host": "two"})
    assert main(["merge", *order, "--results", "all"]) == 0
    found = seeds("all")
    assert [found[seed] for seed in range(3)] == [("ok", "two"), ("ok", "two"), ("crashed", "two")]
    assert found[3] == ("ok", order[0])
    assert capsys.readouterr().err == ""


def test_other_numbers_of_what_can_be_reproduced_are_named(capsys: Output) -> None:
    kept, other = put("all", 0, value=0.5, day=2), put("one", 0, value=0.6, day=1)
    put("all", 1, value=0.5, reproducible=False, day=2)
    put("one", 1, value=0.6, reproducible=False, day=1)
    assert main(["merge", "one", "--results", "all"]) == 1
    output, error = capsys.readouterr()
    assert output == "all: 1 replaced, 1 conflicting\n"
    assert error == (
        f"warning: other numbers of the same cell by the same code: {other} and {kept}, which stays; "
        "they were made on two machines\n"
    )
    assert seeds("all") == {0: ("ok", "all"), 1: ("ok", "one")}


def test_what_is_damaged_is_left_out_and_overwrites_nothing(capsys: Output) -> None:
    put("one", 0)
    put("one", 2, identity="../../outside")
    put("all", 1)
    bad = put("one", 1)
    bad.write_text("{")
    mine = put("all", 0)
    mine.write_text("not one either")
    assert main(["merge", "one", "--results", "all"]) == 1
    output, error = capsys.readouterr()
    assert output == "all: 1 copied, 2 damaged\n"
    lines = error.splitlines()
    assert lines[0].startswith(f"warning: left out, damaged record {bad}: not a record: Invalid JSON")
    assert lines[1].endswith("not a record: its identity is not 64 hexadecimal digits")
    assert mine.read_text() == "not one either"
    assert {path.name for path in mine.parent.iterdir()} >= {mine.name, f"{mine.stem}.2.json"}
    assert not Path("outside").exists()


def test_dry_run_says_the_same_and_writes_nothing(capsys: Output) -> None:
    put("one", 0, day=2)
    put("two", 0, day=1)
    put("two", 1)
    assert main(["merge", "one", "two", "--results", "all", "--dry-run"]) == 0
    assert capsys.readouterr().out == "all: 2 to copy, 1 to replace\n"
    assert not Path("all").exists()


def test_a_cell_that_a_run_trains_is_left_to_it(capsys: Output) -> None:
    path = put("one", 0)
    put("one", 1)
    with Claims(Path("all")) as run:
        assert run.take(f"{0:064x}") is None
        assert main(["merge", "one", "--results", "all"]) == 1
    output, error = capsys.readouterr()
    assert output == "all: 1 copied, 1 left to a run\n"
    assert error.startswith(f"warning: left out {path}: process ")
    assert seeds("all") == {1: ("ok", "one")}
    assert list(Path("all").glob("claims/*")) == []


def test_a_record_that_a_run_writes_meanwhile_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run takes the cell between the look at what is there and the copy: it finds it claimed."""
    put("one", 0, status="crashed", metrics={}, day=1)
    original: Callable[..., Any] = store_module._write_atomically
    seen = []

    def write(path: Path, text: str) -> None:
        def run() -> None:
            with Claims(Path("all")) as claims:
                seen.append(claims.take(f"{0:064x}"))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        original(path, text)

    monkeypatch.setattr(store_module, "_write_atomically", write)
    assert main(["merge", "one", "--results", "all"]) == 0
    assert [owner is not None for owner in seen] == [True]


def test_a_disk_that_is_full_leaves_whole_records_only(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    for seed in range(3):
        put("one", seed)
    original: Callable[..., Any] = store_module._write_atomically

    def write(path: Path, text: str) -> None:
        if "-s1-" in path.name:
            raise OSError(28, "No space left on device", str(path))
        original(path, text)

    monkeypatch.setattr(store_module, "_write_atomically", write)
    assert main(["merge", "one", "--results", "all"]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert seeds("all") == {0: ("ok", "one")}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "Missing argument 'DIR...'"),
        (("nowhere",), "there are no records in nowhere: give results folders"),
        (("one", "empty"), "there are no records in empty"),
        (("one", "all"), "all is the folder to merge into"),
        (("link",), "link is the folder to merge into"),
        (("one", "--results", "file"), "cannot write records into file/records: "),
    ],
)
def test_wrong_usage_is_one_line_and_copies_nothing(args: tuple[str, ...], message: str, capsys: Output) -> None:
    put("one", 0)
    put("all", 1)
    Path("empty").mkdir()
    Path("link").symlink_to("all")
    Path("file").write_text("")
    assert main(["merge", "--results", "all", *args]) == 2
    output, error = capsys.readouterr()
    assert message in error
    assert (output, len(error.splitlines())) == ("", 1)
    assert seeds("all") == {1: ("ok", "all")}
