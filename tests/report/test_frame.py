import math

import pytest

from analogbench.records.record import Record
from analogbench.report.frame import cell_frame, curve_frame, groups, newest, succeeded
from tests.report.conftest import ACCURACY, ERROR, MakeRecord


def test_newest_wins_and_the_older_are_counted(make: MakeRecord) -> None:
    old = make(value=0.1, end="2025-01-01T00:00:00+00:00")
    new = make(value=0.2, end="2025-01-02T00:00:00+00:00")
    undated = make(value=0.3)
    (kept,) = newest([new, undated, old])
    assert (kept.record, kept.superseded) == (new, 2)


def test_time_zones_are_understood(make: MakeRecord) -> None:
    early = make(value=0.1, end="2025-01-01T12:00:00+05:00")
    late = make(value=0.2, end="2025-01-01T08:00:00+00:00")
    assert [kept.record for kept in newest([late, early])] == [late]
    (seconds,) = newest([make(end=2.0), make(end=1.0)])
    assert seconds.record.provenance["end"] == 2.0


@pytest.mark.parametrize("odd", ["abc", [1], 3, {}, None, {"commit": [1], "target": 2}, True])
def test_odd_provenance_is_no_provenance(make: MakeRecord, odd: object) -> None:
    provenance = {"git": odd, "host": 3 if isinstance(odd, str) else odd, "worker": odd, "end": odd}
    (row,) = cell_frame(newest([make(provenance=provenance)])).to_dict("records")
    assert row["commit"] is None
    assert isinstance(row["machine"], str)


@pytest.mark.parametrize("end", [math.nan, math.inf, 10**400, "0001-01-01T00:00:00+23:59", "soon"])
def test_odd_ends_come_first(make: MakeRecord, end: object) -> None:
    good = make(end=-1e9)
    assert [kept.record for kept in newest([good, make(end=end)])] == [good]


def test_seeds_budgets_and_data_are_different_cells(make: MakeRecord) -> None:
    records = [make(), make(seed=1), make(budget="paper"), make(data="MNIST")]
    cells = cell_frame(newest(records))
    assert len(cells) == 4
    assert [key for key, _ in groups(cells)] == [
        ("mnist", "MNIST", "quick"),
        ("mnist", "MNIST-5k", "quick"),
        ("mnist", "MNIST-5k", "paper"),
    ]


def test_a_failure_before_the_data_was_loaded_joins_the_only_data_set(make: MakeRecord) -> None:
    failed = make("analog-sgd", "ideal", status="oom", data="", metric=None)
    cells = cell_frame(newest([make(), failed]))
    assert set(cells["data"]) == {"MNIST-5k"}
    cells = cell_frame(newest([make(), make(data="MNIST"), failed]))
    assert sorted(cells["data"]) == ["", "MNIST", "MNIST-5k"]


def test_a_failure_without_data_is_superseded_by_a_later_success(make: MakeRecord) -> None:
    failed = make(status="oom", data="", end=1.0)
    kept = newest([failed, make(data="MNIST", end=2.0), make(data="MNIST-5k", end=3.0)])
    assert sorted((one.data, one.superseded) for one in kept) == [("MNIST", 0), ("MNIST-5k", 1)]


def test_columns(make: MakeRecord) -> None:
    record = make("tiki-taka[fast_lr=0.01]", "ideal[tau=2,mode=pulsed]", "ls[steps=100]", value=0.5)
    row = cell_frame(newest([record, make(seed=1)])).iloc[0]
    assert row["algorithm"] == "tiki-taka[fast_lr=0.01]"
    assert (row["algorithm.fast_lr"], row["device.tau"], row["device.mode"], row["task.steps"]) == (
        0.01,
        2,
        "pulsed",
        100,
    )
    assert isinstance(row["task.steps"], int)
    assert (row["value"], row["pulses"], row["seconds"], row["ok"]) == (0.5, 1e6, 2.0, True)


def test_ok_without_a_value_and_of_another_metric_do_not_count(make: MakeRecord) -> None:
    nan, other = make(value=math.nan, end=1.0), make(metric=ERROR, seed=1, end=2.0)
    good = make(metric=ACCURACY, seed=2, end=3.0)
    cells = cell_frame(newest([nan, other, good]))
    assert list(succeeded(cells)["identity"]) == [good.identity]


def test_curves_in_long_form(grid: list[Record]) -> None:
    curves = curve_frame(newest(grid))
    assert len(curves) == 4 * 4 * 3  # four points of the four rows that ended ok, three seeds
    assert set(curves["quantity"]) == {"accuracy"}
    assert list(curves["epoch"][:4]) == [0.0, 1.0, 2.0, 3.0]


def test_ragged_and_missing_curves(make: MakeRecord) -> None:
    ragged = make(curve={"step": [1.0, 2.0], "train_loss": [0.5, None]})
    curves = curve_frame(newest([ragged, make(seed=1)]))
    assert list(curves["epoch"]) == [1.0, 2.0]
    assert math.isnan(curves["number"][1])
    assert curve_frame([]).empty
