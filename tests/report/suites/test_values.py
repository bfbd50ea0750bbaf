import math

import numpy as np
import pytest

from analogbench.grid.presentation import Figure
from analogbench.records.record import WeightCounts
from analogbench.report.suites.average import edges, mean_curve, mean_density
from analogbench.report.suites.gather import Planned
from analogbench.report.suites.values import curve, density, final, smoothed, weight_range
from tests.report.conftest import MakeRecord
from tests.report.suites.conftest import gathered_of, suite_of, weights


def test_smoothing_begins_with_the_first_value() -> None:
    assert smoothed([1.0, 0.0, 2.0], 0.5) == [1.0, 0.5, 1.25]
    assert smoothed([1.0, 0.0, 2.0], 0.0) == [1.0, 0.0, 2.0]
    assert smoothed([], 0.9) == []


def test_final_value(make: MakeRecord) -> None:
    record = make(value=0.9, curve={"step": [1, 2, 3, 4], "accuracy": [0.1, 0.5, 0.7, None]})
    assert final(record, "accuracy", 0, 100.0) == pytest.approx(90.0)
    assert final(record, "accuracy", 2, 100.0) == pytest.approx(60.0)
    assert final(record, "accuracy", 99, 1.0) == pytest.approx(1.3 / 3)
    assert final(record, "loss", 0, 1.0) is None
    assert final(record, "loss", 2, 1.0) is None
    assert final(record, "accuracy", 0, 1e300) is None


def test_curve_leaves_holes_out(make: MakeRecord) -> None:
    record = make(curve={"step": [1, 2, 3], "accuracy": [0.1, None, 0.3, 0.4]})
    assert curve(record, "accuracy", "step", 10.0) == ([1.0, 3.0], [1.0, 3.0])
    assert curve(record, "accuracy", "epoch", 10.0)[0] == [1.0, 3.0]
    assert curve(record, "loss", "step", 1.0) == ([], [])


def test_mean_curve_over_seeds(make: MakeRecord) -> None:
    spec = Figure(kind="curves", name="c", value="accuracy", over="step", smooth=0.5)
    one = make(curve={"step": [1, 2, 3], "accuracy": [0.0, 1.0, 1.0]})
    other = make(curve={"step": [1, 2], "accuracy": [1.0, 1.0]})
    table = mean_curve([one, other], spec)
    assert list(table.index) == [1.0, 2.0]  # nothing where a seed is missing
    assert list(table["mean"]) == [0.5, 0.75]
    assert (list(table["min"]), list(table["max"])) == ([0.0, 0.5], [1.0, 1.0])
    assert mean_curve([make()], spec).empty


def test_density_is_one_over_all_weights(make: MakeRecord) -> None:
    record = make(weights=weights(0.2))
    bins = np.linspace(-1, 1, 38)
    found = density(record, bins)
    assert found is not None
    assert float((found * np.diff(bins)).sum()) == pytest.approx(1.0)
    assert found[18] == pytest.approx(1 / (0.2 * math.sqrt(2 * math.pi)), rel=0.01)
    half = density(record, np.linspace(0, 1, 11))
    assert half is not None
    assert float(half.sum() * 0.1) == pytest.approx(0.5)


def test_weights_of_seeds_with_other_ranges(make: MakeRecord) -> None:
    narrow = [WeightCounts(layer=0, low=-1.0, high=1.0, counts=[1, 1])]
    wide = [WeightCounts(layer=0, low=-2.0, high=2.0, counts=[0, 1, 1, 0])]
    records = [make(seed=0, weights=narrow), make(seed=1, weights=wide), make(seed=2)]
    cells = gathered_of(records, suite_of()).cells
    spec = Figure(kind="histogram", name="w", bins=4)
    bins = edges(cells, spec)
    assert bins is not None
    assert list(bins) == [-1.0, -0.5, 0.0, 0.5, 1.0]
    mean = mean_density(cells, bins)
    assert mean is not None
    assert list(mean) == [0.5] * 4


def test_weights_all_alike(make: MakeRecord) -> None:
    record = make(weights=[WeightCounts(layer=0, low=0.0, high=0.0, counts=[7])])
    assert weight_range(record) == (0.0, 0.0)
    bins = edges(gathered_of([record], suite_of()).cells, Figure(kind="histogram", name="w"))
    assert bins is not None
    assert density(record, bins) is not None


def test_no_weights(make: MakeRecord) -> None:
    record = make(weights=[WeightCounts(layer=0, low=0.0, high=1.0, counts=[0, 0])])
    assert weight_range(record) is None
    assert density(record, np.linspace(0, 1, 3)) is None
    assert edges([Planned(record.cell)], Figure(kind="histogram", name="w")) is None
