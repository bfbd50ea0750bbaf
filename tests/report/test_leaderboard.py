import pytest

from analogbench.records.record import Record
from analogbench.report.leaderboard import WIDTH, leaderboard_text, wrapped
from analogbench.report.notes import notes
from analogbench.report.ranking import boards
from tests.report.conftest import ERROR, MakeRecord


def test_text(grid: list[Record]) -> None:
    text = leaderboard_text(grid)
    lines = text.splitlines()
    assert lines[0] == "mnist · MNIST-5k · quick"
    assert lines[4].split() == [
        "1",
        "sgd",
        "digital",
        "95.10",
        "±",
        "0.10",
        "[94.85,",
        "95.35]",
        "ref",
        "1.0e6",
        "2.00",
        "3",
        "0/3",
    ]
    assert lines[5].split()[:3] == ["2", "analog-sgd", "ideal"]
    assert "-5.00" in lines[5]
    assert lines[8].split() == ["–", "tiki-taka", "pulsed", "diverged", "3/3", "–", "–", "–", "–", "0", "3/3"]


def test_error_like(make: MakeRecord) -> None:
    records = [make("sgd", metric=ERROR, value=v, seed=s) for s, v in enumerate((1e-4, 1.1e-4))]
    records += [make("a", "x", metric=ERROR, value=v, seed=s) for s, v in enumerate((1.2e-3, 1.3e-3))]
    text = leaderboard_text(records)
    assert "1.05e-4 ± 0.07e-4" in text
    assert "×12" in text


def test_a_split_row_has_a_mark_and_no_interval(make: MakeRecord) -> None:
    text = leaderboard_text([make(value=v, seed=s) for s, v in enumerate((0.11, 0.11, 0.95))])
    assert "39 ± 48 †  –" in text


def test_long_labels_fit_the_terminal(make: MakeRecord) -> None:
    long = "multi-tile-residual-learning[fast_lr=0.0125,transfer_every=100,tiles=5]"
    device = "soft-bounds[tau=0.75,up_down=0.3]"
    records = [make(long, device, seed=s, metric=ERROR, value=1e-3 * (s + 1)) for s in range(3)]
    records.append(make("a" * 80, device, metric=ERROR))
    text = leaderboard_text(records)
    table = text.split("data:")[0]
    assert max(len(line) for line in table.splitlines()) <= WIDTH
    assert "[fast_lr=0.0125," in table


def test_only_failures(make: MakeRecord) -> None:
    text = leaderboard_text([make("a", "x", status="oom", reason="out of memory", metric=None, data="")])
    assert "data unknown" in text
    assert "oom 1/1" in text
    assert leaderboard_text([]) == ""


def test_pairs_without_a_record_are_said(grid: list[Record], make: MakeRecord) -> None:
    (whole,) = boards(grid)
    assert not any("not recorded" in note for note in notes(whole))
    (board,) = boards([r for r in grid if (r.cell.algorithm.name, r.cell.device.name) != ("analog-sgd", "ideal")])
    assert "not recorded: analog-sgd × ideal" in notes(board)
    own = make("tiki-taka", "kit", implementation="native")
    assert not any("not recorded" in note for note in notes(boards([*grid, own, make("other", "digital")])[0]))
    many = boards([*grid, *(make(f"a{n}", "x") for n in range(4))])[0]  # 6 rules on 3 devices, 8 pairs are there
    (note,) = [note for note in notes(many) if "not recorded" in note]
    assert note == (
        "not recorded: a0 × ideal; a0 × pulsed; a1 × ideal; a1 × pulsed; a2 × ideal; a2 × pulsed; and 4 more"
    )


@pytest.mark.parametrize(
    ("label", "width", "lines"),
    [
        ("sgd", 10, ["sgd"]),
        ("a[b=1,c=2]", 20, ["a[b=1,c=2]"]),
        ("abc[b=1,c=2]", 7, ["abc", "[b=1,", "c=2]"]),
        ("tiki-taka", 6, ["tiki-", "taka"]),
        ("kit[how=native]", 7, ["kit", "[how=", "native]"]),
        ("kit[how=native]", 12, ["kit", "[how=native]"]),
    ],
)
def test_wrapping(label: str, width: int, lines: list[str]) -> None:
    assert wrapped(label, width).split("\n") == lines


def test_hard_wrapping() -> None:
    assert wrapped("abcdefgh", 3, hard=True) == "abc\ndef\ngh"
    assert wrapped("abcdefgh", 3) == "abcdefgh"
