import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analogbench.report.statistics.targets import Cost, Curve, Target, first_step, reach
from tests.report.conftest import ACCURACY, ERROR

TARGET = Target(0.9, "as asked for")


def curve(seed: int, *numbers: float, machine: str = "one", pulses: float | None = 400.0) -> Curve:
    steps = [10.0 * (i + 1) for i in range(len(numbers))]
    return Curve(seed, steps, numbers, 40.0, pulses, 8.0, machine)


def test_the_first_point_that_is_as_good() -> None:
    assert first_step(curve(0, 0.5, math.nan, 0.9, 0.8), 0.9, higher_is_better=True) == 30
    assert first_step(curve(0, 1e-1, 1e-3, 1e-2), 1e-2, higher_is_better=False) == 20
    assert first_step(curve(0, 0.5, 0.6), 0.9, higher_is_better=True) is None
    assert first_step(Curve(0), 0.9, higher_is_better=True) is None


def test_costs_are_shares_of_the_whole() -> None:
    got = reach([curve(0, 0.5, 0.9), curve(1, 0.95), curve(2, 0.5, 0.6, 0.91)], TARGET, ACCURACY)
    assert got.steps == Cost(20.0, 10.0, 30.0)
    assert got.pulses == Cost(200.0, 100.0, 300.0)
    assert got.seconds == {"one": Cost(4.0, 2.0, 6.0)}
    assert got.censored == 0


def test_what_is_not_reached_is_later_than_everything() -> None:
    got = reach([curve(0, 0.9), curve(1, 0.5, 0.9), curve(2, 0.1)], TARGET, ACCURACY)
    assert (got.reached, got.censored) == ((0, 1), 1)
    assert got.steps == Cost(20.0, 10.0, 20.0)  # not 15, the mean of those that reached it
    half = reach([curve(0, 0.9), curve(1, 0.1)], TARGET, ACCURACY)
    assert half.steps == Cost(None, 10.0, 10.0)
    none = reach([curve(0, 0.1), Curve(1)], TARGET, ACCURACY)
    assert (none.steps, none.pulses, none.seconds) == (None, None, {})


def test_machines_are_not_averaged() -> None:
    got = reach([curve(0, 0.9), curve(1, 0.5, 0.9, machine="two"), curve(2, 0.1, machine="two")], TARGET, ACCURACY)
    assert got.seconds == {"one": Cost(2.0, 2.0, 2.0), "two": Cost(None, 4.0, 4.0)}


def test_pulses_that_nobody_counted() -> None:
    assert reach([curve(0, 0.9), curve(1, 0.9, pulses=None)], TARGET, ACCURACY).pulses is None
    assert reach([curve(0, 0.9), curve(1, 0.1, pulses=None)], TARGET, ACCURACY).pulses == Cost(None, 100.0, 100.0)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_harder_target_is_not_reached_earlier(numbers: list[float], one: float, other: float) -> None:
    easy, hard = sorted((one, other))
    first, later = (first_step(curve(0, *numbers), goal, higher_is_better=True) for goal in (easy, hard))
    assert later is None or (first is not None and first <= later)
    assert (later is None) == (max(numbers) < hard)


def test_less_is_better() -> None:
    assert reach([curve(0, 1e-1, 1e-4)], Target(1e-3, ""), ERROR).steps == pytest.approx(Cost(20.0, 20.0, 20.0))
