"""What other code has made is marked, and never takes the place of what the installed code has made."""

from __future__ import annotations

import csv
from pathlib import Path

from analogbench.records.record import Record
from analogbench.report.latex import latex
from analogbench.report.leaderboard import leaderboard_text
from analogbench.report.notes import notes
from analogbench.report.ranking import boards
from analogbench.report.suites import suite_report_text, write_suite_report
from analogbench.report.tables import markdown
from analogbench.report.write import write_files
from tests.report.conftest import MakeRecord
from tests.report.suites.conftest import CURVES, TABLE, plan_of, suite_of, trained


def test_a_current_record_counts_even_where_a_stale_one_is_newer(make: MakeRecord) -> None:
    old, new = make(value=0.1, end="2025-01-02T00:00:00+00:00"), make(value=0.9, end="2025-01-01T00:00:00+00:00")
    assert boards([old, new])[0].rows[0].values == (0.1,)
    (board,) = boards([old, new], stale={old.identity})
    assert board.rows[0].values == (0.9,)
    assert (board.rows[0].stale, board.superseded) == (0, 1)
    assert "§" not in leaderboard_text([old, new], {old.identity})


def test_rows_that_mix_say_so_with_counts(make: MakeRecord) -> None:
    mixed = [make("a", "x", seed=seed) for seed in range(3)]
    whole = [make("b", "x", seed=seed) for seed in range(2)]
    (board,) = boards([*mixed, *whole, make("c", "x")], stale={one.identity for one in (mixed[0], *whole)})
    (note,) = (note for note in notes(board) if "stale" in note)
    assert note == (
        "§ stale, made by other code than is installed now: 3 of 6 records: "
        "a × x (1 of 3: its numbers mix stale and current records), b × x (all 2)"
    )
    lines = leaderboard_text([*mixed, *whole], {mixed[0].identity}).splitlines()
    assert [("a §" in line, "b §" in line) for line in lines if " x " in line][:2] == [(True, False), (False, False)]
    assert "| a § " in markdown(board)
    assert r"a \S{}" in latex(board)


def test_a_table_without_anything_current_says_it_once(make: MakeRecord) -> None:
    records = [make("a", "x"), make("b", "x", status="crashed")]
    (board,) = boards(records, stale={record.identity for record in records})
    assert "§ stale: all 2 records were made by other code than is installed now" in notes(board)


def test_files_are_the_same_as_ever_where_nothing_is_stale(grid: list[Record], tmp_path: Path) -> None:
    write_files(grid, tmp_path / "one")
    write_files(grid, tmp_path / "two", {"0" * 64 + "none of these"})
    write_files(grid, tmp_path / "three", {grid[1].identity})
    texts = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.suffix != ".png"]
    texts = [path for path in texts if (tmp_path / "one" / path).is_file()]
    one, two, three = ({path: (tmp_path / n / path).read_bytes() for path in texts} for n in ("one", "two", "three"))
    assert one == two
    assert {path.suffix for path in texts if one[path] != three[path]} == {
        *(".md", ".txt", ".csv", ".tex", ".html", ".json", ".svg"),
    }
    with (tmp_path / "three" / "tables" / "mnist-quick.csv").open() as file:
        assert sum(int(row["stale"]) for row in csv.DictReader(file)) == 1


def test_the_report_of_a_suite_marks_them_too(make: MakeRecord, tmp_path: Path) -> None:
    records = [trained(make, "analog-sgd", 0.8, seed) for seed in range(3)]
    suite, stale = suite_of(published=[TABLE], figure=[CURVES]), {records[0].identity}
    text = suite_report_text(suite, plan_of(records), records, stale)
    assert "(3 of 3) §" in text
    assert "§ stale: Analog SGD, τ = 0.8: 1 of 3 made by other code than is installed now" in text
    page = write_suite_report(suite, plan_of(records), records, tmp_path, stale)[0].read_text("utf-8")
    assert "- stale: 1 of 3 records, made by other code" in page
    assert "Stale, made by other code than is installed now: Analog SGD, τ = 0.8 (1 of 3 seeds)." in page
    assert "stale" not in write_suite_report(suite, plan_of(records), records, tmp_path)[0].read_text("utf-8").lower()
