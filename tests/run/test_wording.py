"""Titles, verdicts and numbers in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analogbench.grid.jobs import Job
from analogbench.grid.plan import plan
from analogbench.records.record import MetricInfo
from analogbench.run.messages import Done, Failure
from analogbench.run.wording import counts, duration, failures, metric_text, seeds_text, title, verdict

if TYPE_CHECKING:
    from conftest import Bench


@pytest.mark.parametrize(
    ("seeds", "text"),
    [([0], "seed 0"), ([2, 0, 1], "seeds 0-2"), ([0, 1, 5], "seeds 0-1,5"), ([3, 7, 7], "seeds 3,7")],
)
def test_seeds(seeds: list[int], text: str) -> None:
    assert seeds_text(seeds) == text


def test_title_counts_settings_that_differ(bench: Bench) -> None:
    cells = plan(bench.registry, ["half[beta=0.5]"], ["soft[tau=2,3]"], ["line"], [0], "smoke").cells
    assert title(Job(cells), bench.registry) == "half[beta=0.5] × soft[2 settings] × line seed 0"
    assert title(Job(cells[:1]), bench.registry) == "half[beta=0.5] × soft[tau=2.0] × line seed 0"


def test_verdict_of_a_failed_job(bench: Bench) -> None:
    job = bench.jobs((0, 1))[0]
    recorder = bench.coordinator("succeed")._recorder
    records = recorder.ended(job, Failure("skipped", "no data", "trace"), "2026-01-01")
    assert verdict(records) == "skipped: no data"
    assert failures(records) == ["2 skipped: no data"]
    assert records[0].traceback == "trace"
    with pytest.raises(ValueError, match="zip"):
        recorder.ended(job, Done(()), "2026-01-01")


def test_counts_put_the_good_first() -> None:
    assert counts(["crashed", "diverged", "ok", "diverged"]) == "1 ok, 2 diverged, 1 crashed"


@pytest.mark.parametrize(
    ("value", "metric", "text"),
    [
        (0.8812, MetricInfo(key="a", title="Accuracy", unit="%", scale=100), "88.12 %"),
        (0.000123456, MetricInfo(key="a", title="Loss"), "0.000123"),
        (3.21456e-9, MetricInfo(key="a", title="Loss", log_axis=True), "3.21e-09"),
        (float("inf"), MetricInfo(key="a", title="Loss"), "inf"),
    ],
)
def test_metric(value: float, metric: MetricInfo, text: str) -> None:
    assert metric_text(value, metric) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.42, "0.4 s"), (35.2, "35 s"), (59.7, "1 min 0 s"), (125, "2 min 5 s"), (3725, "1 h 2 min")]
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text
