"""The processes that measure, and the order of measuring; real processes where it matters."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from analogbench.bench import sweep as module
from analogbench.bench.children import Child, ChildError, children, measured, ready, stepped
from analogbench.bench.orders import Measured, Order
from analogbench.bench.scaling import Plan, cores_here, scaling
from analogbench.bench.sweep import Settings, count, sweep

if TYPE_CHECKING:
    from tests.bench.conftest import Cases

VARIABLES = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def _order(cases: Cases, task: str = "least-squares", **more: object) -> Order:
    (case,) = cases(["sgd"], ["digital"], [task])
    return Order(cell=case.cell, replicas=2, seconds=0.01, rounds=2, **more)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system keeps no process to a core")
def test_a_process_steps_on_demand_on_its_own_core(cases: Cases) -> None:
    core = cores_here()[-1:]
    with children([_order(cases, kind="serve", cores=tuple(core))], lambda threads: VARIABLES) as (child,):
        assert ready(child) > 0
        assert os.sched_getaffinity(child._process.pid) == set(core)
        child.tell("2")
        assert stepped(child) > 0
        child._process.send_signal(signal.SIGKILL)
        child._process.wait()
        child.tell("2")
        with pytest.raises(ChildError, match="the process ended with SIGKILL"):
            stepped(child)


def test_what_goes_wrong_in_a_process_is_its_answer(cases: Cases) -> None:
    order = _order(cases, target="cuda:99")
    failed = measured(order, lambda threads: {**VARIABLES, "CUDA_VISIBLE_DEVICES": ""})
    assert failed.status == "failed"
    assert "Error" in failed.reason
    serving = order.model_copy(update={"kind": "serve"})
    with children([serving], lambda threads: VARIABLES) as (child,), pytest.raises(ChildError, match="Error"):
        ready(child)


def test_a_process_that_cannot_start_says_its_last_line(cases: Cases) -> None:
    found = measured(_order(cases), lambda threads: {"PYTHONHASHSEED": "wrong"})
    assert found.status == "failed"
    assert found.reason.startswith("the process ended with exit code 1: ")


def test_no_process_is_left_behind(cases: Cases) -> None:
    kept: list[Child] = []
    with pytest.raises(KeyboardInterrupt), children([_order(cases)], lambda threads: VARIABLES) as started:
        kept += started
        raise KeyboardInterrupt
    assert kept[0]._process.poll() is not None


@pytest.mark.skipif(len(cores_here()) < 2, reason="one core cannot show what two bring")
def test_the_same_replicas_on_one_core_and_on_two(cases: Cases) -> None:
    (case,) = cases(["sgd"], ["digital"], ["least-squares"])
    found = scaling(case, Plan(cores=2, seconds=0.02, rounds=2), lambda threads: VARIABLES)
    assert found.reason == ""
    assert {way: len(seconds) for way, seconds in found.seconds.items()} == {"one core": 2, "workers": 2, "threads": 2}
    assert all(speedup > 0 for speedup in found.speedups("workers"))


def test_larger_numbers_are_not_tried_after_one_that_was_too_large(
    cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int, str]] = []

    def answer(order: Order, variables: object) -> Measured:
        asked.append((order.target, order.replicas, order.reference_target))
        return Measured() if order.replicas < 4 else Measured(status="skipped", reason="too large")

    monkeypatch.setattr(module, "measured", answer)
    found = cases(
        ["analog-sgd"], ["softbounds", "aihwkit-softbounds"], ["least-squares"], reference="aihwkit-softbounds"
    )
    settings = Settings(replicas=(1, 4, 16), targets=("cpu",), seconds=1.0, rounds=7, threads=1)
    rows = list(sweep(found, settings, lambda threads: VARIABLES))
    assert len(rows) == count(found, settings) == 4
    assert asked == [("cpu", 1, "cpu"), ("cpu", 4, "cpu"), ("cpu", 1, "cpu")]
    assert list(rows[2].notes) == ["skipped: not tried, since R=4 was skipped"]
