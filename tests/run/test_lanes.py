"""The processes themselves: lost workers, time limits, orphans, observers that fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import pytest

from analogbench.api import hookimpl
from analogbench.grid.jobs import Job
from analogbench.run import coordinator as coordinator_module
from analogbench.run import link as link_module
from analogbench.run.lane import Lane
from analogbench.run.lanes import Lanes
from analogbench.run.link import Link
from analogbench.run.messages import Answer, Began, Ended, Failure, Lost, Settings, Started

if TYPE_CHECKING:
    from conftest import Bench


def settings_for(link: Link, how: str) -> Settings:
    return Settings(train=f"fake_training:{how}", load="fake_training:no_registry", address=link.address)


def attended(lane: Lane, events: SimpleQueue[Any]) -> Answer:
    """Tell the lane what its worker says, as the coordinator does, until the job's end."""
    while not isinstance(event := events.get(), Ended):
        if isinstance(event, Started):
            lane.begun(event.pid)
        elif isinstance(event, Began):
            lane.training()
    return event.answer


def ended(events: SimpleQueue[Any]) -> Ended:
    while not isinstance(event := events.get(), Ended):
        pass
    return event


def test_a_job_is_killed_at_its_time_limit(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FAKE_PID_FILE", str(tmp_path / "pid"))
    with Link() as link:
        lane = Lane(replace(settings_for(link, "hanging"), timeout=0.01), link.events)
        lane.start(1, bench.jobs((0, 1))[0])
        answer = attended(lane, link.events)
        lane.stop()
    assert isinstance(answer, Failure)
    assert (answer.status, answer.spoilt) == ("timeout", True)
    assert answer.reason == "killed after 2 × 0.01 s, see --timeout"
    head, *calls = answer.traceback.splitlines()
    assert head == "Stack when it was killed (most recent call last):"
    assert any("fake_training.py" in call and "in hanging" in call for call in calls)
    assert "threading.py" in calls[-1]


@pytest.mark.parametrize(
    ("how", "limits", "status", "reason"),
    [
        ("locking", {"timeout": 0.5}, "timeout", "killed after 0.5 s, see --timeout"),
        ("greedy", {"worker_memory": 300_000_000}, "oom", "of memory, more than --worker-memory 300 MB"),
    ],
)
def test_a_bad_cell_that_must_be_killed_costs_only_itself(
    bench: Bench, how: str, limits: dict[str, Any], status: str, reason: str
) -> None:
    bench.settings = replace(bench.settings, **limits)
    records = bench.run(how)
    assert {seed: record.status for seed, record in records.items()} == {0: "ok", 1: status, 2: "ok"}
    assert records[1].reason.endswith(reason)
    assert f"in {how}" in records[1].traceback or how == "greedy"


def test_what_a_plugin_starts_ends_with_the_run(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FAKE_PID_FILE", str(tmp_path / "pid"))
    assert bench.run("leaving", seeds=(0,))[0].status == "ok"
    while alive(int((tmp_path / "pid").read_text())):
        time.sleep(0.01)


def test_a_worker_that_dies_between_two_jobs_is_replaced(bench: Bench) -> None:
    with Link() as link:
        lane = Lane(settings_for(link, "succeed"), link.events)
        lane.start(1, bench.jobs((0,))[0])
        started = link.events.get()
        assert isinstance(started, Started)
        ended(link.events)
        os.kill(started.pid, signal.SIGKILL)
        while lane._pool.active:
            time.sleep(0.01)
        lane.start(2, bench.jobs((0,))[0])
        assert ended(link.events).number == 2
        lane.stop()


def test_a_job_whose_worker_is_lost_is_tried_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """pebble cannot say what became of a worker that dies before it has told which task it took."""
    losses = iter([True, False])

    def start(self: Lanes, number: int, job: object, target: str) -> None:
        if next(losses):
            lane = self._free[target].pop()
            self._busy[number] = target, lane
            lane._events.put(Ended(number, Lost("BrokenProcessPool: All workers expired")))
        else:
            original(self, number, job, target)  # type: ignore[arg-type]

    original = Lanes.start
    monkeypatch.setattr(Lanes, "start", start)
    assert bench.run("succeed", seeds=(0,))[0].status == "ok"
    assert "the worker was lost, once more: BrokenProcessPool" in bench.display.lines[0]


def test_a_job_whose_worker_is_always_lost_has_crashed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(self: Lanes, number: int, job: object, target: str) -> None:
        lane = self._free[target].pop()
        self._busy[number] = target, lane
        lane._events.put(Ended(number, Lost("no process")))

    monkeypatch.setattr(Lanes, "start", start)
    record = bench.run("succeed", seeds=(0,))[0]
    assert (record.status, record.reason) == ("crashed", "the worker was lost 3 times, see --retries: no process")
    assert len(bench.display.lines) == coordinator_module.RETRIES + 1


def test_a_broken_pool_is_a_lost_worker(bench: Bench) -> None:
    class Future:
        def result(self) -> None:
            raise RuntimeError("Unexpected error within the Pool")

    lane = Lane(Settings(), SimpleQueue())
    assert lane._answer(Future()) == Lost("RuntimeError: Unexpected error within the Pool")


def test_jobs_at_once_never_have_more_threads_than_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analogbench.run.lanes.available_cores", lambda: 5)
    monkeypatch.setattr(Lane, "start", lambda *_: None)
    with Lanes({"cpu": 2, "cuda": 2}, Settings(threads=2)) as lanes:
        for number, target in enumerate(("cpu", "cuda")):
            assert lanes.free("cpu")
            lanes.start(number, Job(()), target)
        assert not lanes.free("cpu")


def test_the_socket_of_a_deep_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module.tempfile, "gettempdir", lambda: "/x" * 50)
    with Link() as link:
        folder = Path(link.address).parent
        assert folder.parent == Path("/tmp")
    assert not folder.exists()


def test_an_observer_that_fails_is_one_line_and_does_not_stop_the_others(bench: Bench) -> None:
    seen: list[str] = []

    class Bad:
        @hookimpl
        def analogbench_cell_finished(self, record: object) -> None:
            raise ValueError("no\nnetwork")

    class Good:
        @hookimpl
        def analogbench_job_started(self, job: object) -> None:
            seen.append(str(job))

        @hookimpl
        def analogbench_cell_finished(self, record: Any) -> None:
            assert bench.store.path_of(record.identity, record.cell).exists()
            seen.append(record.status)

    bench.registry.manager.register(Good(), name="good")
    bench.registry.manager.register(Bad(), name="bad")
    bench.run("succeed", seeds=(0,))
    assert seen == ["half × soft × line (1)", "ok"]
    line = "warning: observer 'bad' failed in analogbench_cell_finished: ValueError: no network"
    assert bench.display.lines == [line, "half × soft × line seed 0: ok Loss 0.25 V (3.0 s)"]


ORPHAN = """
from pathlib import Path
from analogbench.grid.cell import Cell, Part
from analogbench.grid.jobs import Job
from analogbench.run.lanes import Lane
from analogbench.run.link import Link
from analogbench.run.messages import Settings

if __name__ == "__main__":
    part = Part(name="x")
    job = Job((Cell(algorithm=part, device=part, task=part, budget="smoke", seed=1),))
    with Link() as link:
        settings = Settings(train="fake_training:hanging", load="fake_training:no_registry", address=link.address)
        Lane(settings, link.events).start(1, job)
        print(link.events.get().pid, Path(link.address).parent, flush=True)
        link.events.get()
        link.events.get()
"""


def test_workers_end_when_their_coordinator_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN)
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = os.environ | {"PYTHONPATH": path, "FAKE_PID_FILE": str(tmp_path / "pid")}
    with subprocess.Popen([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        worker, folder = process.stdout.readline().split()
        process.kill()
    while alive(int(worker)):  # pytest's own limit ends a test that fails
        time.sleep(0.01)
    for file in Path(folder).iterdir():  # which a killed process cannot remove
        file.unlink()
    Path(folder).rmdir()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # a zombie waits for whoever inherited it
