import pytest

from analogbench.records.record import Record
from analogbench.report.leaderboard import leaderboard_text
from analogbench.report.notes import notes
from analogbench.report.ranking import boards
from tests.report.conftest import ERROR, MakeRecord


def test_order_rank_gap_and_failures_at_the_bottom(make: MakeRecord) -> None:
    records = [
        make("a", "x", value=0.5),
        make("sgd", value=0.8),
        make("b", "x", value=0.9),
        make("c", "x", status="timeout"),
    ]
    (board,) = boards(records)
    assert [(row.algorithm, row.rank) for row in board.rows] == [("b", 1), ("sgd", 2), ("a", 3), ("c", None)]
    assert [row.gap for row in board.rows] == [pytest.approx(0.1), None, pytest.approx(-0.3), None]
    assert board.rows[-1].failed == "timeout 1/1"


def test_lower_is_better_and_the_gap_is_a_ratio(make: MakeRecord) -> None:
    records = [make("a", "x", metric=ERROR, value=1.2e-3), make("sgd", metric=ERROR, value=1e-4)]
    (board,) = boards(records)
    assert [row.algorithm for row in board.rows] == ["sgd", "a"]
    assert board.rows[1].gap == pytest.approx(12.0)


def test_no_reference_no_gap(make: MakeRecord) -> None:
    (board,) = boards([make("a", "x"), make("b", "x")])
    assert [row.gap for row in board.rows] == [None, None]
    (board,) = boards([make("a", "x", value=0.5), make("b", "x", value=0.7)], reference=("b", "x"))
    assert [row.gap for row in board.rows] == [None, pytest.approx(-0.2)]


def test_budgets_data_and_tasks_never_mix(make: MakeRecord) -> None:
    records = [make(), make(budget="paper"), make(data="MNIST"), make(task="mnist[depth=2]")]
    found = boards(records)
    assert len(found) == 4
    assert all(len(board.rows) == 1 and board.rows[0].total == 1 for board in found)


def test_partial_failures_keep_the_mean_of_the_rest(make: MakeRecord) -> None:
    records = [make(value=0.8), make(value=0.9, seed=1), make(seed=2, status="diverged", reason="loss is NaN")]
    (board,) = boards(records)
    (row,) = board.rows
    assert row.summary and row.summary.mean == pytest.approx(0.85)
    assert (row.seeds, row.failed) == ((0, 1), "diverged 1/3")
    assert "failed: sgd × digital: diverged 1/3: loss is NaN" in notes(board)


def test_no_rank_is_won_by_failing(make: MakeRecord) -> None:
    records = [make("a", "x", value=0.99), make("a", "x", seed=1, status="diverged")]
    records += [make("b", "x", value=0.5, seed=seed) for seed in (0, 1)]
    (board,) = boards(records)
    assert [(row.algorithm, row.rank) for row in board.rows] == [("b", 1), ("a", 2)]
    note = "rows with failed seeds rank below complete ones"
    assert note in notes(board)
    assert note not in notes(boards(records[:2])[0])


def test_huge_values(make: MakeRecord) -> None:
    values = (1e308, 1.7e308, -1e308)
    records = [make("a", "x", value=value, seed=seed) for seed, value in enumerate(values)]
    text = leaderboard_text([*records, make("sgd", value=1e308)])
    assert "inf" in text
    assert "1.00e308" in leaderboard_text([make(metric=ERROR, value=1e308, seconds=1e308, pulses=1e308)])


def test_ok_without_a_number_is_a_failure(make: MakeRecord) -> None:
    (board,) = boards([make(value=float("nan"))])
    assert board.rows[0].failed == "no value 1/1"


def test_notes(make: MakeRecord) -> None:
    records = [make("a", "x", value=v, seed=s, implementation="native") for s, v in enumerate((0.1135, 0.95, 0.951))]
    records += [make("b", "x", seed=s, provenance={"git": {"commit": f"{s}" * 40}, "host": f"h{s}"}) for s in range(2)]
    records += [make("b", "x", seed=0, end=1.0)]
    (board,) = boards(records)
    text = "\n".join(notes(board))
    assert "data: MNIST-5k; budget: quick" in text
    assert "† seeds split: a × x: 2 of 3 near 95.05 %, 1 of 3 near 11.35 %; the mean describes neither" in text
    assert "unequal seeds: only 2 (0, 1) in b × x" in text
    assert "native to the device, not composed of tiles: a × x" in text
    assert "distribution only" not in text
    assert "1 older record(s)" in text


def test_what_is_not_reproducible_or_not_counted_is_said(make: MakeRecord) -> None:
    records = [make("a", "kit", reproducible=False, pulses=None), make("b", "kit", reproducible=False), make("b", "x")]
    text = "\n".join(notes(boards(records)[0]))
    assert "reproducible in distribution only, not digit for digit: rows on kit\n" in text
    assert "pulses are not counted by the simulator: a × kit" in text


def test_mixed_code_is_said(make: MakeRecord) -> None:
    records = [make(seed=s, provenance={"git": {"commit": f"{s}" * 40}}) for s in range(2)]
    assert "records of 2 commits: 000000000, 111111111" in notes(boards(records)[0])


def test_nothing(grid: list[Record]) -> None:
    assert boards([]) == []
    (board,) = boards([record for record in grid if record.status != "ok"])
    assert board.rows[0].rank is None
