from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analogbench.grid.cell import Cell, Part
from analogbench.records.record import Labels, MetricInfo, Record
from analogbench.report.frame import newest
from analogbench.report.page.series import MOST_POINTS, Axes, charts, most_points
from tests.report.conftest import ACCURACY, ERROR, MakeRecord

numbers = st.none() | st.floats(-1e6, 1e6)


def curve_of(name: str, values: list[float | None]) -> dict[str, list[float | None]]:
    steps: list[float | None] = [float(10 * i) for i in range(len(values))]
    return {"step": steps, "epoch": steps, name: values}


@given(st.lists(numbers, min_size=1, max_size=700), st.integers(1, 300))
def test_thinning_keeps_the_last_point_and_even_steps(values: list[float | None], points: int) -> None:
    line, axes = _line(values, points)
    at = axes.columns[line["x"]]
    assert len(line["y"]) == len(at) <= max(points, 1)
    assert at[-1] == 10.0 * (len(values) - 1)
    assert len({b - a for a, b in pairwise(at) if a is not None and b is not None}) <= 1
    for step, number in zip(at, line["y"], strict=True):
        assert step is not None
        true = values[int(step) // 10]
        assert number == (None if true is None else pytest.approx(100 * true, rel=1e-3, abs=1e-300))


def _line(values: list[float | None], points: int) -> tuple[dict[str, Any], Axes]:
    part = Part(name="p")
    record = Record(
        identity="1",
        cell=Cell(algorithm=part, device=part, task=part, budget="quick", seed=0),
        labels=Labels(algorithm="p", device="p", task="p"),
        status="ok",
        metric=ACCURACY,
        curve=curve_of("accuracy", values),
    )
    axes = Axes(points)
    (chart,) = charts(newest([record]), ACCURACY, axes)
    return chart["lines"][0], axes


def test_a_large_page_has_fewer_points(make: MakeRecord) -> None:
    one = make(curve=curve_of("accuracy", [0.5]))
    assert most_points([one]) == MOST_POINTS
    assert most_points([one] * 10_000) * 10_000 <= 600_000


@pytest.mark.parametrize(("metric", "log"), [(ACCURACY, False), (ERROR, True)])
def test_the_metric_comes_first_on_its_own_axis(make: MakeRecord, metric: MetricInfo, log: bool) -> None:
    curve = {"train_loss": [5.0, 0.01]} | curve_of(metric.key, [0.2, 0.3])
    found = charts(newest([make(metric=metric, value=0.3, curve=curve)]), metric, Axes(9))
    assert [chart["log"] for chart in found] == [log, True]
    assert [chart["title"] for chart in found][1] == "train loss"


def test_equal_columns_are_kept_once_and_ragged_ones_cut(make: MakeRecord) -> None:
    axes = Axes(100)
    curve = curve_of("accuracy", [0.1, 0.2, 0.3])
    ragged = curve | {"accuracy": [0.1, 0.2]}
    records = [make(seed=seed, curve=curve) for seed in range(3)] + [make(seed=3, curve=ragged)]
    (chart,) = charts(newest(records), ACCURACY, axes)
    assert [line["x"] for line in chart["lines"]] == [0, 0, 0, 1]
    assert axes.columns == [[0.0, 10.0, 20.0], [0.0, 10.0]]


def test_nothing_to_draw(make: MakeRecord) -> None:
    assert charts(newest([make()]), ACCURACY, Axes(9)) == []
    assert charts(newest([make(curve={"step": [], "epoch": [], "accuracy": []})]), ACCURACY, Axes(9)) == []
