import math

import pytest

from analogbench.report.digits import count, difference, interval, mean_sd, ratio, seconds
from analogbench.report.statistics import Summary


@pytest.mark.parametrize(
    ("mean", "sd", "log", "text"),
    [
        (88.3123, 0.4234, False, "88.31 ± 0.42"),
        (98.1493, 0.0397, False, "98.15 ± 0.04"),
        (86.70493, 0.0012, False, "86.705 ± 0.001"),
        (11.35, 0.0, False, "11.35 ± 0.00"),
        (39.11, 48.1, False, "39 ± 48"),
        (88.3123, None, False, "88.31"),
        (0.51234, 0.0199, False, "0.512 ± 0.020"),
        (1.0312e-3, 0.0512e-3, True, "1.03e-3 ± 0.05e-3"),
        (1.0312e-3, 0.0042e-3, True, "1.031e-3 ± 0.004e-3"),
        (1.0312e-3, None, True, "1.03e-3"),
        (0.0, 0.0, True, "0.00e0 ± 0.00e0"),
        (1.0312e8, 5.12e6, False, "1.03e8 ± 0.05e8"),
        (1e308, None, False, "1.00e308"),
        (1.7976931348623157e308, math.inf, False, "1.80e308 ± inf"),
        (math.inf, math.nan, True, "inf ± –"),
        (5e-324, None, True, "0.00e-300"),
        (9.996, 0.0996, False, "10.00 ± 0.10"),
    ],
)
def test_mean_and_spread(mean: float, sd: float | None, log: bool, text: str) -> None:
    assert mean_sd(Summary(3, mean, sd), log) == text


def test_interval() -> None:
    assert interval(Summary(3, 88.31, 0.42, 87.267, 89.353)) == "[87.27, 89.35]"
    assert interval(Summary(3, 1e-3, 1e-3, -1.5e-3, 3.5e-3), scientific=True) == "[0.00e-3, 3.50e-3]"
    assert interval(Summary(1, 1.0)) == "–"
    assert interval(Summary(2, 1e308, math.inf, -math.inf, math.inf)) == "–"


def test_counts_and_times() -> None:
    assert [count(n) for n in (0.0, 950.0, 1.2e7, 3.4e12, None)] == ["0", "950", "1.2e7", "3.4e12", "–"]
    assert [seconds(n) for n in (0.841, 12.34, 1240.2, None)] == ["0.84", "12.3", "1240", "–"]
    assert (count(1e308), seconds(1e308)) == ("1.0e308", "1.0e308")


def test_gaps() -> None:
    assert [ratio(n) for n in (0.83, 1.0, 12.2, 1234.0)] == ["×0.830", "×1.00", "×12", "×1.2e3"]
    assert [difference(n) for n in (0.123, -0.42, 0.0)] == ["+0.12", "-0.42", "0.00"]
    assert [difference(n) for n in (1e308, -2e8, math.inf, math.nan)] == ["+1.00e308", "-2.00e8", "+inf", "–"]
    assert ratio(math.inf) == "×inf"
