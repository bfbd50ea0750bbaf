"""Whole training runs at budget quick: idealized tiles, AIHWKIT's tiles from Python, and AIHWKIT's own compound."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from itertools import combinations

import pytest

from analogbench.records.store import Store
from analogbench.report.statistics import summarise

pytest.importorskip("aihwkit", reason="AIHWKIT has wheels for Linux on x86-64 only")

WAYS = ("pow-step", "aihwkit-pow-step[implementation=native]", "aihwkit-pow-step[implementation=composed]")
"""Power steps, because there Tiki-Taka leaves the plateau of mnist-fcn well within the budget, with every seed."""

SEEDS = 4


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[float]]]:
    """Task → device → the ranking metric of each seed, trained through the command line."""
    folder = tmp_path_factory.mktemp("runs")
    devices = [word for way in WAYS for word in ("-d", way)]
    options = ("--seeds", str(SEEDS), "--target", "cpu", "--results", str(folder), "--no-report")
    command = ("run", "-a", "tiki-taka", *devices, "-t", "least-squares,mnist-fcn", *options)
    code = "import sys; from analogbench.cli.main import main; sys.exit(main())"
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", code, *command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for record in Store(folder).load_all()[0]:
        assert record.value is not None
        found[record.labels.task][record.labels.device].append(record.value)
    return found


@pytest.mark.parametrize("task", ["least-squares", "mnist-fcn"])
def test_intervals_overlap(values: dict[str, dict[str, list[float]]], task: str) -> None:
    assert {device: len(seeds) for device, seeds in values[task].items()} == dict.fromkeys(WAYS, SEEDS)
    for one, other in combinations(WAYS, 2):
        a, b = summarise(values[task][one]), summarise(values[task][other])
        assert a.low <= b.high and b.low <= a.high, f"{one}: {values[task][one]}, {other}: {values[task][other]}"


def test_it_learnt_something_by_which_they_could_differ(values: dict[str, dict[str, list[float]]]) -> None:
    assert all(min(seeds) > 0.5 for seeds in values["mnist-fcn"].values())
