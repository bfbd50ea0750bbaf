import pytest

from analogbench.records.record import MetricInfo
from analogbench.report.statistics import split

ACCURACY = MetricInfo(key="a", title="accuracy", unit="%", scale=100.0)
ERROR = MetricInfo(key="e", title="error", higher_is_better=False, log_axis=True)
LOSS = MetricInfo(key="l", title="loss", higher_is_better=False)


@pytest.mark.parametrize(
    ("values", "metric", "low"),
    [
        ([0.1135, 0.95, 0.9512], ACCURACY, [0.1135]),
        ([0.1135, 0.1135, 0.95], ACCURACY, [0.1135, 0.1135]),
        ([0.95, 0.951, 0.96], ACCURACY, None),  # a gap, but of one point only
        ([0.1, 0.3, 0.5], ACCURACY, None),  # wide, but no two groups
        ([0.9], ACCURACY, None),
        ([], ACCURACY, None),
        ([1e-5, 1.1e-5, 2e-3], ERROR, [1e-5, 1.1e-5]),
        ([1e-5, 1.1e-5, 5e-5], ERROR, None),
        ([1.0, 1.01, 9.0], LOSS, [1.0, 1.01]),
        ([1.0, 1.01, 1.5], LOSS, None),
    ],
)
def test_split(values: list[float], metric: MetricInfo, low: list[float] | None) -> None:
    groups = split(values, metric)
    assert (groups and groups[0]) == low
