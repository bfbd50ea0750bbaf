"""Walks, memory, and one measurement in this process."""

import itertools
from pathlib import Path

import pytest
import torch

from analogbench.bench import memory
from analogbench.bench.measure import measure
from analogbench.bench.orders import Measured, Order
from analogbench.bench.rows import Row, Spread
from analogbench.bench.stepping import walk_of
from analogbench.engine.train import train
from analogbench.grid.jobs import Job
from analogbench.registry import Registry
from tests.bench.conftest import Cases


def test_a_walk_trains_as_the_engine_does_and_never_ends(cases: Cases, installed: Registry) -> None:
    (case,) = cases(["analog-sgd"], ["softbounds"], ["least-squares[steps=4]"])
    (outcome,) = train(Job((case.cell,)), installed, "cpu", lambda progress: None)
    walk = walk_of(case.cell, 1, "cpu", installed)
    walk.advance(4)
    assert walk.training.losses[0].tolist() == outcome.curve["train_loss"]
    walk.advance(3)
    assert walk.training.step == 3
    assert walk.timed(2) > 0


def test_replicas_have_seeds_of_their_own(cases: Cases, installed: Registry) -> None:
    (case,) = cases(["analog-sgd"], ["softbounds"], ["least-squares"])
    assert walk_of(case.cell, 3, "cpu", installed).training.streams.seeds == (0, 1, 2)


@pytest.mark.parametrize("device", ["softbounds", "aihwkit-softbounds"])
def test_a_measurement_has_everything_of_every_round(cases: Cases, installed: Registry, device: str) -> None:
    pytest.importorskip("aihwkit")
    found = cases(
        ["sgd", "analog-sgd"], ["digital", device], ["least-squares"], reference="aihwkit-softbounds", baseline="sgd"
    )
    case = found[1]
    order = Order(
        cell=case.cell,
        replicas=1,
        reference=case.reference,
        baseline=case.baseline,
        seconds=0.01,
        rounds=3,
        bounded=not case.is_reference,
    )
    threads = torch.get_num_threads()
    measured = measure(Order.model_validate_json(order.model_dump_json()), installed)
    torch.set_num_threads(threads)
    assert (measured.status, measured.notes) == ("ok", ())
    lists = [measured.seconds, measured.baseline, measured.bandwidth, measured.throughput]
    lists += [] if case.is_reference else [measured.reference, measured.bound]
    assert all(len(one) == 3 and min(one) > 0 for one in lists)
    row = Row(case, "cpu", 1, measured)
    assert row.rate and row.cost
    assert (row.ratio is None) == (row.share is None) == case.is_reference


def test_ratios_are_made_round_by_round(cases: Cases) -> None:
    (case,) = cases(["sgd"], ["digital"], ["least-squares"])
    order = {"seconds": (1.0, 2.0, 4.0), "reference": (3.0, 6.0, 12.0), "baseline": (0.5, 1.0, 2.0)}
    row = Row(case, "cpu", 8, Measured(**order, bound=(0.1, 0.2, 0.4)))
    assert (row.ratio, row.cost) == (Spread(24.0, 24.0, 24.0), Spread(2.0, 2.0, 2.0))  # neighbours cancel out
    assert row.share == Spread(0.1, 0.1, 0.1)
    assert row.rate == Spread(4.0, 3.0, 6.0)
    assert row.best_rate == 40.0
    assert row.name == "sgd × digital × least-squares, R=8, cpu"


def test_what_does_not_fit_is_not_built(cases: Cases, installed: Registry) -> None:
    (case,) = cases(["analog-sgd"], ["softbounds"], ["mnist-fcn"])
    needs = [memory.need_of(case.cell, replicas, "cpu", installed) for replicas in (1, 2, 3)]
    first, second = (later - earlier for earlier, later in itertools.pairwise(needs))
    assert first == second  # the data are shared
    weights = 784 * 256 + 256 * 128 + 128 * 10
    assert 8 * 4 * weights < first < 200 * weights  # a weight and the seven constants of its crosspoint
    told = measure(Order(cell=case.cell, replicas=10**6, memory=2.0**30), installed)
    assert told.status == "skipped"
    assert told.reason.startswith("needs about ")
    assert told.reason.endswith(" GiB, more than 1.0 GiB (--memory)")


def test_the_free_memory_is_that_of_the_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info, group = tmp_path / "meminfo", tmp_path / "cgroup"
    monkeypatch.setattr(memory, "MEMORY_INFO", info)
    monkeypatch.setattr(memory, "CGROUP", group)
    assert memory.free_memory("cpu") is None
    info.write_text("MemTotal: 9 kB\nMemAvailable:       2000 kB\n")
    assert memory.free_memory("cpu") == 2000 * 1024
    group.mkdir()
    (group / "memory.max").write_text("max\n")
    (group / "memory.current").write_text("7\n")
    assert memory.free_memory("cpu") == 2000 * 1024
    (group / "memory.max").write_text("1007\n")
    assert memory.free_memory("cpu") == 1000
