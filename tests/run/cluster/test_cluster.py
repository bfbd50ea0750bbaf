"""A real cluster of Dask's worker processes, which train with `fake_training`."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from analogbench.api import Evaluation, ObservedCell, Observer
from analogbench.errors import UsageError
from analogbench.run.cluster import site as site_module
from analogbench.run.cluster.site import Cluster
from analogbench.run.coordinator import Coordinator
from analogbench.run.observing import Observers
from analogbench.run.site import site_of
from analogbench.run.sizing import Limits

if TYPE_CHECKING:
    from conftest import Bench

TWO = Limits(workers=2, threads=1)

# Dask's processes end some of their sockets and loops only when they are collected.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Train = Callable[[str, range], Coordinator]


@pytest.fixture
def cluster(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cluster]:
    """Two workers. The fakes are not installed, so that no worker has their code."""
    (tmp_path / "pids").mkdir()
    monkeypatch.setenv("FAKE_PIDS", str(tmp_path / "pids"))
    monkeypatch.setattr(site_module, "available_cores", lambda: 2)
    monkeypatch.setattr(site_module, "code_facts", lambda registry: {})
    with Cluster("local", bench.registry, TWO, bench.display.note) as cluster:
        yield cluster


@pytest.fixture
def train(bench: Bench, cluster: Cluster, tmp_path: Path) -> Train:
    """Train some seeds of a rule, each in a job of its own."""
    sign = tmp_path / "sign"
    sign.write_text("")

    def train(how: str, seeds: range) -> Coordinator:
        settings = replace(bench.settings, train=f"fake_training:{how}", checkpoints=str(tmp_path))
        jobs = bench.jobs(seeds, limit=1)
        size = cluster.size([cell for job in jobs for cell in job.cells], "cpu", TWO, ())
        coordinator = Coordinator(
            settings, cluster.crew(size, settings, sign, bench.display.note), bench.recorder(), bench.display
        )
        assert coordinator.run(jobs)
        return coordinator

    return train


def numbers(coordinator: Coordinator) -> dict[int, dict[str, Any]]:
    """What a record says of its cell, by seed."""
    times = {"provenance"}
    return {record.cell.seed: record.model_dump(exclude=times) for record in coordinator.records}


def test_observers_hear_of_every_evaluation(bench: Bench, cluster: Cluster, tmp_path: Path) -> None:
    """As on one's own machine, see `test_observing`."""
    heard: dict[int, list[tuple[int, float]]] = {}

    class Listening(Observer):
        def evaluated(self, cells: Sequence[ObservedCell], evaluation: Evaluation) -> None:
            for cell, loss in zip(cells, evaluation.values["loss"], strict=True):
                heard.setdefault(cell.seed, []).append((evaluation.step, loss))

    (tmp_path / "sign").write_text("")
    settings = replace(bench.settings, train="fake_training:evaluating", observed=True)
    jobs = bench.jobs(range(2), limit=1)
    size = cluster.size([cell for job in jobs for cell in job.cells], "cpu", TWO, ())
    watching = Observers([("listening", lambda: Listening(None))], bench.registry, bench.display.note)
    recorder = replace(bench.recorder(), observers=watching)
    crew = cluster.crew(size, settings, tmp_path / "sign", bench.display.note)
    with watching:
        assert Coordinator(settings, crew, recorder, bench.display).run(jobs)
    assert heard == {seed: [(step, seed + 1 / step) for step in range(1, 301)] for seed in range(2)}


def test_the_same_records_as_here(bench: Bench, train: Train) -> None:
    there = train("succeed", range(4))
    here = bench.coordinator("succeed")
    assert here.run(bench.jobs(range(4), limit=1))
    assert numbers(there) == numbers(here)
    (host,) = {record.provenance["worker"]["host"] for record in there.records}
    assert host  # the machine that trained, not the one that asked


def test_a_bad_cell_costs_only_itself(bench: Bench, train: Train) -> None:
    """As on one's own machine: the worker's process dies, Dask's worker does not."""
    statuses = {record.cell.seed: record.status for record in train("dying", range(3)).records}
    assert statuses == {0: "ok", 1: "crashed", 2: "ok"}
    assert not any("left the cluster" in line for line in bench.display.lines)


def test_a_job_is_tried_again_as_often_as_the_command_says(bench: Bench, train: Train) -> None:
    records = {record.cell.seed: record for record in train("killing_its_worker", range(3)).records}
    assert {seed: record.status for seed, record in records.items()} == {0: "ok", 1: "crashed", 2: "ok"}
    assert records[1].reason.startswith("the worker was lost 3 times, see --retries: ")
    assert sum("the worker was lost, once more" in line and "seed 1" in line for line in bench.display.lines) == 2


def test_an_interrupt_leaves_no_process(bench: Bench, train: Train, tmp_path: Path) -> None:
    bench.display.on_moved = lambda _: os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(AssertionError):
        train("hanging_aloud", range(2))
    started = [int(path.name) for path in (tmp_path / "pids").iterdir()]
    assert started
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in started if psutil.pid_exists(pid)], timeout=30)
    assert not alive


def test_other_code_is_refused_with_what_differs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_module, "available_cores", lambda: 1)
    monkeypatch.setattr(site_module, "code_facts", lambda registry: {"torch": "1.0", "the code of task x": "0"})
    with (
        pytest.raises(UsageError, match=r"torch 2\S+ instead of 1\.0, the code of task x is missing"),
        Cluster("local", bench.registry, Limits(workers=1, threads=1), bench.display.note),
    ):
        pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "", "tcp://:x"])
def test_where_there_is_no_scheduler(bench: Bench, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analogbench.run.cluster.connection.TIMEOUT", 0.5)
    with (
        pytest.raises(UsageError, match="no Dask scheduler at"),
        site_of(address, bench.registry, Limits(), bench.display.note),
    ):
        pass
