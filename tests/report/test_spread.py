"""Axes of sweeps."""

import pytest

from analogbench.report.plots.spread import log_spaced


@pytest.mark.parametrize(
    ("values", "log"),
    [
        ((0.001, 0.003, 0.01, 0.03), True),
        ((1, 2, 4, 8), True),
        ((0.01, 0.05, 0.1), True),
        ((2, 3, 5, 10, 20, 50), True),
        (tuple(range(1, 11)), False),
        ((0.7, 0.78, 0.8), False),
        ((1, 2), False),
        ((0.1, 1.0), True),
        ((0, 1, 10), False),
        ((5.0,), False),
    ],
)
def test_log_where_values_are_spaced_so(values: tuple[float, ...], log: bool) -> None:
    assert log_spaced(values) is log
