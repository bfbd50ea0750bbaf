import math

import numpy as np
import pytest

from analogbench.records.record import MetricInfo, Record
from analogbench.report.frame import cell_frame, newest
from analogbench.report.statistics.contest import Contest, Setting, contests, in_settings, seeds_text
from tests.report.conftest import ERROR, MakeRecord

SCORE = MetricInfo(key="score", title="score")


def contest(records: list[Record]) -> Contest:
    (found,) = contests(cell_frame(newest(records)))
    return found


def test_the_reference_meets_the_others_on_their_devices(grid: list[Record]) -> None:
    found = contest(grid)
    assert found.algorithms == ("analog-sgd", "sgd, digital", "tiki-taka")
    assert found.reference == {"sgd, digital"}
    assert found.settings == (Setting("mnist", "MNIST-5k", "ideal"), Setting("mnist", "MNIST-5k", "pulsed"))
    assert found.costs.shape == (6, 3)
    first = found.costs[(found.where == 0) & (found.seeds == 0)]
    assert first == pytest.approx(np.array([[10.0, 5.0, 10.0]]))  # error rates in percent
    assert np.isinf(found.costs[found.where == 1][:, 2]).all()  # it diverged there
    assert found.scales == ("error rate", "error rate")
    assert seeds_text(found) == "2 settings × 3 seeds"
    assert in_settings(found, found.costs)[0] == pytest.approx([9.9, 4.9, 9.9])


def test_budgets_do_not_meet(make: MakeRecord) -> None:
    records = [make(a, d, budget=b) for a in "ab" for d in "xy" for b in ("smoke", "quick")]
    assert [one.budget for one in contests(cell_frame(newest(records)))] == ["smoke", "quick"]


def test_one_setting_or_one_algorithm_is_no_contest(make: MakeRecord) -> None:
    for records in ([], [make("a", "x"), make("b", "x")], [make("a", "x"), make("a", "y")], [make("sgd"), make("sgd")]):
        assert contests(cell_frame(newest(records))) == []


def test_what_is_incomplete_is_left_out_and_said(make: MakeRecord) -> None:
    records = [make(a, d, seed=s) for a in "ab" for d in "xyz" for s in (0, 1)]
    records += [make("c", "x"), make("a", "w"), make("a", "x", seed=2)]
    found = contest(records)
    assert found.algorithms == ("a", "b")
    assert len(found.settings) == 3
    assert sorted(found.notes) == [
        "left out: 1 algorithm recorded in too few settings: c",
        "left out: 1 of 4 settings, where not all of them are recorded",
        "left out: 1 seed of the other settings, which not all of them have",
    ]


def test_costs(make: MakeRecord) -> None:
    def costs(metric: MetricInfo, *values: float) -> tuple[list[float], str]:
        records = [make(a, d, metric=metric, value=v) for d in "xy" for a, v in zip("ab", values, strict=True)]
        found = contest(records)
        return list(found.costs[0]), found.scales[0]

    assert costs(ERROR, 1e-3, 1e-4) == ([1e-3, 1e-4], "error")
    assert costs(SCORE, 2.0, 4.0) == ([0.5, 0.25], "1 / score")
    assert costs(SCORE, -2.0, 4.0) == ([2.0, -4.0], "")  # there is an order, but no ratio
    assert costs(ERROR, -1.0, 4.0)[1] == ""


def test_single_precision_does_not_break_ties(make: MakeRecord) -> None:
    records = [make(a, d, value=v) for d in "xy" for a, v in (("a", 0.9), ("b", float(np.float32(0.9))))]
    assert (contest(records).costs[:, 0] == contest(records).costs[:, 1]).all()


def test_ended_ok_without_a_number_is_a_failure(make: MakeRecord) -> None:
    records = [make(a, d, value=math.nan if a == "a" else 0.5) for a in "ab" for d in "xy"]
    assert np.isinf(contest(records).costs[:, 0]).all()


def test_stale_cells_are_counted_once_although_the_reference_enters_twice(grid: list[Record]) -> None:
    stale = {record.identity for record in grid if record.cell.seed == 0}
    (found,) = contests(cell_frame(newest(grid, stale)))
    assert found.notes == ("stale: 5 of 15 cells",)
