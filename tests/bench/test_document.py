"""The JSON is pytest-benchmark's; the page says all that a reader needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_benchmark.stats import Stats

from analogbench.bench.document import document, rates, stats
from analogbench.bench.orders import Measured
from analogbench.bench.page import page
from analogbench.bench.rows import Row
from analogbench.bench.scaling import ONE, THREADS, WORKERS, Scaling
from analogbench.bench.sweep import Settings
from analogbench.bench.tables import Names, number, scaling_table, tables
from analogbench.errors import UsageError

if TYPE_CHECKING:
    from tests.bench.conftest import Cases

FACTS = {
    "command": "analogbench bench",
    "git": {"commit": "c0ffee", "dirty": True},
    "versions": {"torch": "2.11.0"},
    "python": "3.11.7",
    "platform": "Linux",
    "cpu": "A processor",
    "cores": 2,
}
SETTINGS = Settings(replicas=(1, 8), targets=("cpu",), seconds=1.0, rounds=4, threads=1)
MACHINE = {"bandwidth": (1e10,) * 4, "throughput": (1e11,) * 4}


@pytest.fixture
def rows(cases: Cases) -> list[Row]:
    """A case that is measured at R = 1 and does not fit at R = 8."""
    case = cases(["analog-sgd"], ["softbounds"], ["least-squares"], reference="aihwkit-softbounds")[0]
    seconds = (0.001, 0.002, 0.004, 0.008)
    good = Measured(seconds=seconds, steps=5, reference=(0.01,) * 4, bound=(1e-5,) * 4, notes=("a note",), **MACHINE)
    return [Row(case, "cpu", 1, good), Row(case, "cpu", 8, Measured(status="skipped", reason="too large"))]


@pytest.fixture
def scalings(rows: list[Row]) -> list[Scaling]:
    seconds = {ONE: [0.8, 0.4], WORKERS: [0.4, 0.25], THREADS: [0.8, 0.8]}
    broken = Scaling(rows[0].case, 2, {}, {}, "it died")
    return [Scaling(rows[0].case, 2, seconds, dict.fromkeys(seconds, 5)), broken]


@pytest.mark.parametrize("data", [[3.0], [1.0, 2.0], [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 1.5, 1.2, 9.0]])
def test_the_statistics_have_the_keys_and_orders_of_pytest_benchmark(data: list[float]) -> None:
    theirs, ours = Stats(), stats(data, 7)
    for value in data:
        theirs.update(value)
    expected = theirs.as_dict()
    assert set(ours) == {*expected, "iterations", "data"}
    for key in ("min", "max", "mean", "stddev", "rounds", "median", "ops", "total", "stddev_outliers"):
        assert ours[key] == pytest.approx(expected[key]), key
    assert ours["min"] <= ours["q1"] <= ours["median"] <= ours["q3"] <= ours["max"]


def test_pytest_benchmark_compares_two_runs(rows: list[Row], scalings: list[Scaling], tmp_path: Path) -> None:
    paths = [tmp_path / "old.json", tmp_path / "new.json"]
    for path in paths:
        path.write_text(json.dumps(document(rows, scalings, FACTS, "2026-01-01T00:00:00+00:00")))
    done = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "compare", *map(str, paths), "--group-by", "fullname"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for name in (
        "R=1, cpu",
        "8 replicas, one core",
        "8 replicas, workers on 2 cores",
        "8 replicas, threads on 2 cores",
    ):
        assert done.stdout.count(f"analog-sgd × softbounds × least-squares, {name} (") == 2
    assert "R=8" not in done.stdout


def test_the_document_keeps_ratios_and_what_was_not_measured(rows: list[Row], scalings: list[Scaling]) -> None:
    found: dict[str, Any] = document(rows, scalings, FACTS, "now")
    first, _, workers, _ = found["benchmarks"]
    assert first["params"] == {
        "case": "analog-sgd × softbounds", "task": "least-squares", "target": "cpu", "replicas": 1,
    }  # fmt: skip
    assert first["extra_info"]["times_reference"]["median"] == pytest.approx(3.75)
    assert first["extra_info"]["times_baseline_cost"] is None
    assert workers["extra_info"]["speedup"]["median"] == pytest.approx(1.8)
    assert found["not_measured"] == [
        {"name": "analog-sgd × softbounds × least-squares, R=8, cpu", "reason": "skipped: too large"}
    ]
    assert found["commit_info"] == {"id": "c0ffee", "dirty": True}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not what `analogbench bench` writes"),
        ("[]", "is not what `analogbench bench` writes"),
        ('{"benchmarks": []}', "has no replica-steps per second to compare with"),
        (None, "cannot read"),
    ],
)
def test_an_earlier_run_that_cannot_be_read_is_one_line(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "old.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError, match=said):
        rates(path)


def test_tables_show_ratios_earlier_runs_and_reasons(rows: list[Row], scalings: list[Scaling], tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(json.dumps(document(rows, [], FACTS, "now")))
    (table,) = tables(rows, Names("aihwkit-softbounds", None, rates(path)))
    assert table.title == "least-squares on cpu"
    assert table.rows[0] == (
        "analog-sgd × softbounds", "1", "3.00", "375", "3.75 (2.19 to 6.25)", "–", "0.38 %", "1.00", "a note",
    )  # fmt: skip
    assert table.rows[1][2:] == ("–", "–", "–", "–", "–", "–", "skipped: too large")
    assert "cost in" not in table.text()  # nothing is in that column
    cores = scaling_table(scalings)
    assert cores
    assert cores.rows[0][2:5] == ("15.0", "1.80 (1.70 to 1.90)", "0.75 (0.62 to 0.88)")
    assert cores.rows[1][-1] == "failed: it died"


def test_the_page_has_the_machine_the_command_and_how_to_read_it(rows: list[Row], scalings: list[Scaling]) -> None:
    names = Names("aihwkit-softbounds", None)
    found = tables(rows, names)
    text = page(found, scaling_table(scalings), rows, SETTINGS, names, FACTS, "today", {"a.png": "A plot"})
    for said in (
        "| command | `analogbench bench` |",
        "| commit | c0ffee, with changes |",
        "| processor | A processor, 2 cores to use, 1 used by each process |",
        "| measured, cpu | memory 10 to 10 GB/s, by the size of the block; matrix products 100 GFLOP/s |",
        "4 rounds of about 0.25 s",
        "It is a lower bound",
        "## 8 replicas on 2 cores",
        "![A plot](a.png)",
    ):
        assert said in text
    assert "GPU" not in text


@pytest.mark.parametrize(
    ("value", "text"), [(12345.6, "12,346"), (45.67, "45.7"), (1.234, "1.23"), (0.01234, "0.0123")]
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text
