"""Whatever happens in a worker process, every cell ends with a record, and only the bad ones with a failure."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from analogbench.run import lane as lanes
from analogbench.run.messages import Settings

if TYPE_CHECKING:
    from conftest import Bench


def test_records_of_a_stacked_job(bench: Bench) -> None:
    records = bench.run("succeed")
    assert {seed: record.status for seed, record in records.items()} == {0: "ok", 1: "ok", 2: "ok"}
    record = records[2]
    assert record.value == 2.25
    assert (record.seconds, record.job_seconds, record.replicas) == (1.0, 3.0, 3)
    assert (record.labels.algorithm, record.labels.device, record.labels.task) == ("half", "soft", "line")
    assert record.metric is not None
    assert record.metric.title == "Loss"
    assert record.provenance["command"] == "test"
    assert record.provenance["worker"] == {"target": "cpu", "threads": 1}
    assert record.provenance["start"] <= record.provenance["end"]
    assert bench.display.titles == ["half × soft × line seeds 0-2"]
    assert bench.display.lines == ["half × soft × line seeds 0-2: ok Loss 1.25 V (3.0 s)"]


def test_a_worker_is_reused_and_pinned(bench: Bench) -> None:
    before = dict(os.environ)
    coordinator = bench.coordinator("environment", threads=3)
    assert coordinator.run(bench.jobs((0, 1, 2), limit=1))
    metrics = [record.metrics for record in coordinator.records]
    assert len({m["pid"] for m in metrics}) == 1
    assert {m["OMP_NUM_THREADS"] for m in metrics} == {3.0} == {m["NUMBA_NUM_THREADS"] for m in metrics}
    assert dict(os.environ) == before
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [
        ("raising", "crashed", "ValueError: too bad in two lines"),
        ("unpicklable", "crashed", "UnpicklableError: no way back"),
        ("exiting", "crashed", "SystemExit: 4"),
        ("interrupted", "crashed", "KeyboardInterrupt"),
        ("plugin_error", "plugin-error", "rule half: update() changed the shape"),
        ("dying", "crashed", "the worker process died: exit code 3"),
        ("noisy", "crashed", "the worker process died: exit code 7"),
    ],
)
def test_a_bad_cell_costs_only_itself(
    bench: Bench, capfd: pytest.CaptureFixture[str], how: str, status: str, reason: str
) -> None:
    records = bench.run(how)
    assert {seed: record.status for seed, record in records.items()} == {0: "ok", 1: status, 2: "ok"}
    assert records[1].reason == reason
    assert (records[1].value, records[1].seconds, records[1].replicas) == (None, None, 1)
    assert len(records[1].traceback.splitlines()) <= 20
    assert f"{status}: {reason}; running its 3 cells in two halves" in bench.display.lines[0]
    assert f"{status}: {reason}; running its 2 cells one by one" in bench.display.lines[1]
    assert len(bench.display.lines) == 5
    assert capfd.readouterr() == ("", "")


def test_a_job_that_runs_out_of_memory_is_halved(bench: Bench) -> None:
    records = bench.run("large", seeds=tuple(range(7)))
    assert {record.status for record in records.values()} == {"ok"}
    assert [line.partition(": ")[0].rpartition(" ")[2] for line in bench.display.lines] == [
        "0-6", "0-3", "0-1", "2-3", "4-6", "4-5", "6"
    ]  # fmt: skip
    assert bench.display.lines[0].endswith("oom: MemoryError: more than two; running its 7 cells in two halves")


def test_a_cell_that_runs_out_of_memory_alone_is_recorded_so(bench: Bench) -> None:
    records = bench.run("out_of_memory", seeds=range(4))
    assert {seed: record.status for seed, record in records.items()} == {0: "ok", 1: "oom", 2: "ok", 3: "ok"}
    assert (records[1].reason, records[1].replicas) == ("MemoryError", 1)
    assert [records[seed].replicas for seed in (0, 2, 3)] == [1, 2, 2]


def test_a_cell_whose_worker_is_always_killed_is_tried_again_and_costs_only_itself(bench: Bench) -> None:
    records = bench.run("killed", seeds=range(2))
    assert {seed: record.status for seed, record in records.items()} == {0: "ok", 1: "crashed"}
    how = "the worker process died: SIGKILL (the system kills so when memory runs out)"
    assert records[1].reason == f"the worker was lost 3 times, see --retries: {how}"
    assert [("once more" in line) for line in bench.display.lines] == [True, True, False, False, True, True, False]


def test_jobs_that_would_not_fit_are_cut_before_they_begin(bench: Bench) -> None:
    """Also those of the same kind that wait: the second job is never begun whole."""
    bench.settings = Settings(load="fake_training:stub_registry", predict="fake_training:predict", memory=2_990_000_000)
    records = bench.run("large", seeds=range(6), limit=3)
    assert {(record.status, record.replicas) for record in records.values()} == {("ok", 2), ("ok", 1)}
    assert len(bench.display.lines) == 5
    assert bench.display.lines[0].startswith("half × soft × line seeds 0-2: needs 3.")
    assert bench.display.lines[0].endswith("see --memory; running its 3 cells 2 at a time")


def test_a_cell_that_would_not_fit_alone_is_not_begun(bench: Bench) -> None:
    bench.settings = Settings(load="fake_training:stub_registry", predict="fake_training:predict", memory=500_000_000)
    records = bench.run("succeed", seeds=range(2))
    assert {(record.status, record.replicas) for record in records.values()} == {("oom", 1)}
    assert records[0].reason.startswith("needs 1.")
    assert records[0].reason.endswith(" of memory, but the worker may use 500 MB; see --memory")


def test_a_worker_that_ends_as_if_all_were_well(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """pebble takes the exit code 0 for a worker that has done its work, and would wait for the job for ever."""
    monkeypatch.setattr(lanes, "GRACE", 0.1)
    records = bench.run("vanishing")
    assert {seed: record.status for seed, record in records.items()} == {0: "ok", 1: "crashed", 2: "ok"}
    assert records[1].reason == "the worker process died: exit code 0"


def test_what_a_dead_worker_printed_is_kept(bench: Bench) -> None:
    record = bench.run("noisy", seeds=(1,))[1]
    assert record.traceback.splitlines()[-1] == "last words"
    assert bench.store.path_of(record.identity, record.cell).stat().st_size < 30_000


def test_missing_data_skip_the_whole_job_at_once(bench: Bench) -> None:
    records = bench.run("data_missing")
    assert {record.status for record in records.values()} == {"skipped"}
    assert {record.reason for record in records.values()} == {"LINE is not here: fetch it"}
    assert len(bench.display.titles) == 1


def test_a_diverged_cell_is_an_outcome_and_its_neighbours_keep_theirs(bench: Bench) -> None:
    records = bench.run("diverging")
    assert {seed: record.status for seed, record in records.items()} == {0: "ok", 1: "diverged", 2: "ok"}
    assert bench.display.lines == ["half × soft × line seeds 0-2: 2 ok, 1 diverged Loss 1.25 V (3.0 s): loss is NaN"]


def test_an_engine_that_gives_too_few_outcomes_is_a_crash(bench: Bench) -> None:
    assert bench.run("too_few", seeds=(0,))[0].reason == "RuntimeError: outcomes from the engine: 0, cells: 1"


def test_an_unknown_engine_is_a_crash(bench: Bench) -> None:
    assert "no_such_function" in bench.run("no_such_function", seeds=(0,))[0].reason


def test_several_workers_of_which_one_dies_again_and_again(bench: Bench) -> None:
    records = bench.run("dying", seeds=tuple(range(8)), limit=2, workers=3)
    assert [seed for seed, record in records.items() if record.status != "ok"] == [1]


def test_ctrl_c_keeps_what_is_recorded_and_leaves_no_process(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    pid_file = bench.store.root.parent / "pid"
    monkeypatch.setenv("FAKE_PID_FILE", str(pid_file))
    coordinator = bench.coordinator("hanging")

    bench.display.on_moved = lambda progress: progress.epochs == 2 and os.kill(os.getpid(), signal.SIGINT)
    assert not coordinator.run(bench.jobs((0, 1, 2), limit=1))
    assert [record.cell.seed for record in coordinator.records] == [0]
    assert [record.cell.seed for record in bench.store.load_all()[0]] == [0]
    assert bench.display.titles == ["half × soft × line seed 0", "half × soft × line seed 1"]
    assert not multiprocessing.active_children()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_runs_outside_the_main_thread(bench: Bench) -> None:
    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(len(bench.run("succeed"))))
    thread.start()
    thread.join()
    assert results == [3]


def test_the_coordinator_does_not_import_torch() -> None:
    code = "import sys, analogbench.run.coordinator, analogbench.cli.run; sys.exit('torch' in sys.modules)"
    assert multiprocessing.get_context("spawn")  # the method that workers are started with exists here
    assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code) == 0
