"""Times of different machines are shown side by side, never averaged."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from analogbench.report.leaderboard import grid
from analogbench.report.machines import UNKNOWN, letters, machine_of
from analogbench.report.notes import notes
from analogbench.report.ranking import Board, boards
from analogbench.report.tables import as_csv
from tests.report.conftest import MakeRecord

CPU = {"host": "aa", "cpu": "EPYC", "worker": {"target": "cpu", "threads": 1}}
MORE = CPU | {"worker": {"target": "cpu", "threads": 2}}
GPU = CPU | {"worker": {"target": "cuda", "threads": 1, "device": "H100"}}
OTHER = CPU | {"host": "bb"}


def seconds(board: Board) -> dict[str, str]:
    table = grid(board)
    return {row[1]: row[table.headers.index("seconds")] for row in table.rows}


@pytest.mark.parametrize("second", [MORE, GPU, OTHER, {}])
def test_a_mean_is_of_one_machine(make: MakeRecord, second: dict[str, Any]) -> None:
    records = [make("a", "x", seed=0, seconds=1.0, provenance=CPU), make("a", "x", seed=1, seconds=3.0, provenance=CPU)]
    (board,) = boards(records)
    assert seconds(board) == {"a": "2.00"}
    assert not any("seconds" in note for note in notes(board))
    records += [make("a", "x", seed=2, seconds=40.0, provenance=second), make("b", "x", seconds=5.0, provenance=CPU)]
    (board,) = boards(records)
    names = letters(board.machines)
    first, other = names[machine_of(records[0])], names[machine_of(records[2])]
    assert seconds(board) == {"a": ", ".join(sorted((f"{first} 2.00", f"{other} 40.0"))), "b": f"{first} 5.00"}
    rows = {row["algorithm"]: row for row in csv.DictReader(io.StringIO(as_csv(board)))}
    assert (rows["a"]["seconds"], rows["b"]["seconds"]) == ("", "5.0")


def test_machines_are_named_below_the_table(make: MakeRecord) -> None:
    records = [make(seed=seed, provenance=one) for seed, one in enumerate((CPU, MORE, GPU, OTHER))]
    (board,) = boards(records)
    assert seconds(board) == {"sgd": "4 machines"}
    assert notes(board)[-1] == (
        "seconds of 4 machines are neither comparable nor averaged: A: cpu, EPYC, 1 thread, machine aa; "
        "B: cpu, EPYC, 1 thread, machine bb; C: cpu, EPYC, 2 threads, machine aa; D: cuda, H100, 1 thread, machine aa"
    )


def test_stacking_does_not_make_another_machine(make: MakeRecord) -> None:
    records = [make(seed=0, seconds=1.0, replicas=2, provenance=CPU), make(seed=1, seconds=3.0, provenance=CPU)]
    assert seconds(boards(records)[0]) == {"sgd": "2.00"}


def test_what_failed_or_was_not_timed_is_no_machine(make: MakeRecord) -> None:
    records = [make(provenance=CPU), make(seed=1, status="crashed", provenance=OTHER)]
    records.append(make(seed=2, seconds=None, provenance=GPU))
    (board,) = boards(records)
    assert seconds(board) == {"sgd": "2.00"}
    assert board.machines == (machine_of(records[0]),)


def test_anything_may_stand_in_the_provenance(make: MakeRecord) -> None:
    assert machine_of(make(provenance={"host": ["x"], "worker": "?"})) == UNKNOWN
    assert list(letters([str(number) for number in range(28)]).values())[-2:] == ["AA", "AB"]
