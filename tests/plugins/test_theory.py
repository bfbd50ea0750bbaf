"""The theorem of [P24] on least squares, through the suite `exactness`; `test_results` checks its two longest runs."""

from collections import defaultdict

import pytest

from analogbench.engine.train import train
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import pack
from analogbench.grid.suite import find_suite, suite_plan
from analogbench.registry import load

EXPECTED = {  # (lr, algorithm, tau): loss / D, mean of the last 200 steps, from a plain-torch prototype
    (0.03, "sgd", None): 8.3e-5,
    (0.03, "analog-sgd", 1.0): 1.0e-3,
    (0.03, "analog-sgd", 2.0): 4.3e-4,
    (0.03, "tiki-taka", 1.0): 6.5e-4,
    (0.03, "tiki-taka", 2.0): 1.2e-3,
    (0.01, "sgd", None): 2.9e-5,
    (0.01, "analog-sgd", 1.0): 9.0e-4,
    (0.01, "analog-sgd", 2.0): 3.3e-4,
    (0.01, "tiki-taka", 1.0): 2.7e-4,
    (0.01, "tiki-taka", 2.0): 5.3e-4,
}


def key(cell: Cell) -> tuple[float, str, float | None]:
    return cell.task.params["lr"], cell.algorithm.name, cell.device.params.get("tau")  # type: ignore[return-value]


def test_analog_sgd_stops_where_tau_says_and_tiki_taka_keeps_falling() -> None:
    registry = load()
    plan = suite_plan(registry, find_suite(registry, "exactness"))
    short = [cell for cell in plan.cells if cell.task.params["steps"] <= 5000]  # type: ignore[operator]
    errors = defaultdict(list)
    for job in pack(short, registry, 16):
        for cell, outcome in zip(job.cells, train(job, registry, "cpu", lambda progress: None), strict=True):
            errors[key(cell)].append(outcome.metrics["error"])
    means = {k: sum(v) / len(v) for k, v in errors.items()}
    assert means == pytest.approx(EXPECTED, rel=0.25)
    assert {len(values) for values in errors.values()} == {8}
    for tau in (1.0, 2.0):
        floor = [means[lr, "analog-sgd", tau] for lr in (0.03, 0.01)]
        assert floor[1] == pytest.approx(floor[0], rel=0.12)
        assert means[0.01, "tiki-taka", tau] < 0.6 * means[0.03, "tiki-taka", tau]
