"""The page says the same as every other report."""

from __future__ import annotations

import csv
import io
import re

import pytest

from analogbench.records.record import Record
from analogbench.report.leaderboard import grid as grid_of
from analogbench.report.notes import notes
from analogbench.report.page.content import Source, content_of
from analogbench.report.ranking import boards
from analogbench.report.tables import as_csv
from analogbench.report.write import prepare
from tests.report.conftest import MakeRecord
from tests.report.page.conftest import ORIGIN, command, content


@pytest.mark.parametrize("stale", [False, True])
def test_tables_have_the_same_strings_and_notes(rich: list[Record], stale: bool) -> None:
    identities = {rich[0].identity, rich[-1].identity} if stale else set()
    page = content(rich, stale=identities)
    expected = boards(rich, stale=identities)
    assert [board.heading for board in page.boards] == ["line · a line · quick", "mnist · MNIST-5k · quick"]
    for view, board in zip(page.boards, expected, strict=True):
        assert tuple(tuple(str(cell.text) for cell in row.cells) for row in view.rows) == grid_of(board).rows
        assert view.notes == tuple(notes(board))
        assert (view.cells, view.failed) == (sum(r.total for r in board.rows), sum(len(r.failures) for r in board.rows))
    assert any("stale" in alarm for alarm in page.alarms) == stale


def test_rows_sort_by_the_numbers_of_the_csv_file(rich: list[Record]) -> None:
    for view, board in zip(content(rich).boards, boards(rich), strict=True):
        for row, line in zip(view.rows, csv.DictReader(io.StringIO(as_csv(board))), strict=True):
            names = ("rank", "mean", "low", "gap", "pulses", "seconds", "ok", "failed")
            numbers = [None if line[name] == "" else float(line[name]) for name in names]
            assert [cell.key for i, cell in enumerate(row.cells) if i not in (1, 2)] == numbers


def test_labels_sort_as_a_reader_counts(rich: list[Record]) -> None:
    rows = content(rich).boards[0].rows
    by_label = sorted(rows, key=lambda row: row.cells[1].key or 0)
    assert list(dict.fromkeys(row.algorithm for row in by_label)) == ["a[tau=2]", "a[tau=10]", "b"]


def test_a_row_opens_everything_of_its_cells(rich: list[Record]) -> None:
    page = content(rich)
    row = next(row for row in page.boards[1].rows if row.name == "analog-sgd × ideal")
    opened = page.details["rows"][row.key]
    assert [line[:3] for line in opened["table"]["rows"]] == [
        ["0", "ok", "90.000"],
        ["1", "ok", "90.100"],
        ["2", "ok", "90.200"],
    ]
    assert opened["commands"] == ["analogbench run -a 'analog-sgd' --seeds 0,1,2"]
    (origin,) = opened["origins"]
    facts = dict(origin["facts"])
    assert origin["seeds"] == [0, 1, 2]
    assert facts["given command"] == ORIGIN["command"]
    assert facts["commit"] == f"{'c' * 40} with uncommitted changes"
    assert facts["versions"] == "analogbench 0.1.0, torch 2.11.0"
    assert facts["machine"] == "cpu, A processor, 2 threads, machine 0123456789ab · 8 cores"
    assert facts["trained"] == "2026-01-02 03:04:05 UTC to 2026-01-02 03:05:05 UTC"
    (chart,) = opened["charts"]
    assert (chart["title"], chart["x"]) == ("test accuracy [%]", "epoch")
    assert [page.details["axes"][line["x"]] for line in chart["lines"]] == [[0.0, 1.0, 2.0, 3.0]] * 3
    assert chart["lines"][1]["y"] == [10.0, 50.0, 80.0, 90.1]
    reference = next(row.key for row in page.boards[1].rows if row.name == "sgd × digital")
    assert (opened["reference"], page.details["rows"][reference]["reference"]) == (reference, None)


def test_failures_and_missing_seeds_are_named(rich: list[Record]) -> None:
    page = content(rich)
    opened = {row.name: page.details["rows"][row.key] for board in page.boards for row in board.rows}
    (failure,) = opened["b × hard"]["failures"]
    assert (failure["status"], failure["reason"], failure["traceback"][-5:]) == ("crashed", "ValueError: no", "r: no")
    assert opened["a[tau=10] × soft"]["missing"] == [2, 3]
    assert opened["b × soft"]["missing"] == []
    rows = {row.name: row.statuses for board in page.boards for row in board.rows}
    assert rows["b × hard"] == ("failed", "crashed")
    assert rows["tiki-taka × pulsed"] == ("failed", "diverged")
    assert ("crashed", "some crashed") in page.filters[-1].choices


def test_keys_are_the_same_whatever_else_is_there(rich: list[Record]) -> None:
    def keys(records: list[Record]) -> set[str]:
        return {row.key for board in content(records).boards for row in board.rows}

    some = [record for record in rich if record.cell.task.name == "line"]
    assert keys(some) < keys(rich)
    assert len(keys(rich)) == sum(len(board.rows) for board in boards(rich))


def test_facts_count_what_is_shown(rich: list[Record]) -> None:
    assert content(rich).facts[:3] == ("2 tables", "9 rows", "26 cells: 22 ok, 3 diverged, 1 crashed")


def test_without_records_there_is_a_page_that_says_so() -> None:
    page = content_of(Source(prepare([]), "Nothing", command, damaged=["records/x.json: empty"]))
    assert page.boards == ()
    assert page.alarms == ("no record, and not counted: records/x.json: empty",)


def test_provenance_may_be_anything(make: MakeRecord) -> None:
    odd = {"git": "none", "versions": [1], "plugins": {"x": {"deep": 1}}, "start": 5, "worker": None, "cores": ["many"]}
    page = content([make(provenance=odd), make(seed=1, provenance={})])
    (opened,) = page.details["rows"].values()
    assert len(opened["origins"]) == 2
    assert not re.search("deep|many", str(opened["origins"]))
