"""Observers hear of everything, in order, and cannot harm a run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from analogbench.api import Evaluation, ObservedCell, Observer
from analogbench.records.record import Record
from analogbench.run import observing
from analogbench.run.coordinator import Coordinator
from analogbench.run.lanes import Lanes
from analogbench.run.observing import Observers

if TYPE_CHECKING:
    from conftest import Bench

Watch = Callable[..., dict[int, str]]


class Listening(Observer):
    """Remembers what it was told."""

    def __init__(self, params: object) -> None:
        super().__init__(params)
        self.told: list[tuple[Any, ...]] = []
        self.threads: set[str] = set()

    def job_started(self, cells: Sequence[ObservedCell]) -> None:
        self.told.append(("started", [cell.seed for cell in cells]))

    def evaluated(self, cells: Sequence[ObservedCell], evaluation: Evaluation) -> None:
        self.told.append(("evaluated", [cell.seed for cell in cells], evaluation))

    def record_written(self, record: Record) -> None:
        self.threads.add(threading.current_thread().name)
        self.told.append(("record", record.cell.seed))

    def run_ended(self) -> None:
        self.told.append(("ended",))


@pytest.fixture
def watch(bench: Bench) -> Watch:
    """Runs seeds 0 to 2 under observers, and gives the status of each."""

    def watch(*observers: Callable[[], Observer], how: str = "evaluating") -> dict[int, str]:
        chosen = [(f"observer {number}", make) for number, make in enumerate(observers)]
        watching = Observers(chosen, bench.registry, bench.display.note)
        recorder = replace(bench.recorder(), observers=watching)
        settings = replace(bench.settings, train=f"fake_training:{how}", observed=bool(watching))
        coordinator = Coordinator(settings, Lanes({"cpu": 1}, settings), recorder, bench.display)
        with watching:
            assert coordinator.run(bench.jobs((0, 1, 2)))
        return {record.cell.seed: record.status for record in bench.store.load_all()[0]}

    return watch


GOOD = {0: "ok", 1: "ok", 2: "ok"}


def test_every_evaluation_comes_before_the_record(watch: Watch, bench: Bench) -> None:
    listening = Listening(None)
    assert watch(lambda: listening) == GOOD
    first, *points = listening.told[:301]
    assert first == ("started", [0, 1, 2])
    for step, (kind, seeds, evaluation) in enumerate(points, 1):
        assert (kind, seeds, evaluation.step, evaluation.epoch) == ("evaluated", [0, 1, 2], step, step)
        assert evaluation.values == {"loss": [seed + 1 / step for seed in range(3)]}
    assert sorted(listening.told[301:-1]) == [("record", 0), ("record", 1), ("record", 2)]
    assert listening.told[-1] == ("ended",)
    assert listening.threads == {"observer observer 0"}
    assert len(bench.display.lines) == 1


def test_cells_have_the_names_of_tables_and_of_records(watch: Watch, bench: Bench) -> None:
    seen: list[ObservedCell] = []
    listening = Listening(None)
    listening.job_started = seen.extend  # type: ignore[method-assign, assignment]
    watch(lambda: listening)
    assert {(c.algorithm, c.device, c.task, c.budget, c.seed) for c in seen} == {
        ("half", "soft", "line", "smoke", seed) for seed in range(3)
    }
    assert {cell.identity for cell in seen} == {record.identity for record in bench.store.load_all()[0]}


def test_a_job_in_halves_is_started_again(watch: Watch) -> None:
    listening = Listening(None)
    assert watch(lambda: listening, how="raising") == {0: "ok", 1: "crashed", 2: "ok"}
    started = [told[1] for told in listening.told if told[0] == "started"]
    assert started == [[0, 1, 2], [0, 1], [0], [1], [2]]
    assert [told for told in listening.told if told[0] == "record"] == [("record", 0), ("record", 1), ("record", 2)]


def test_points_that_were_overtaken_come_from_the_outcomes(watch: Watch) -> None:
    """`succeed` reports no evaluations at all; its curve has two points."""
    listening = Listening(None)
    assert watch(lambda: listening, how="succeed") == GOOD
    points = [told[2] for told in listening.told if told[0] == "evaluated"]
    assert points == [Evaluation(1, 1, {"loss": [0.5] * 3}), Evaluation(2, 2, {"loss": [0.25] * 3})]


def _fail(*_: object) -> None:
    raise ValueError("no\nroom")


def _leave(*_: object) -> None:
    raise SystemExit(3)


@pytest.mark.parametrize("method", ["job_started", "evaluated", "record_written", "run_ended"])
@pytest.mark.parametrize(("how", "what"), [(_fail, "ValueError: no room"), (_leave, "SystemExit: 3")])
def test_one_that_fails_is_warned_of_once_and_dropped(
    watch: Watch, bench: Bench, method: str, how: Callable[..., None], what: str
) -> None:
    good, bad = Listening(None), Listening(None)
    setattr(bad, method, how)
    assert watch(lambda: bad, lambda: good) == GOOD
    warning = f"warning: observer 'observer 0' failed in {method}: {what}; the run goes on without it"
    assert [line for line in bench.display.lines if "warning" in line] == [warning]
    assert (len(good.told), good.told[-1]) == (305, ("ended",))


def test_one_that_cannot_be_made_is_dropped(watch: Watch, bench: Bench) -> None:
    assert watch(lambda: Listening(_fail())) == GOOD
    assert any("failed in __init__: ValueError: no room; the run" in line for line in bench.display.lines)


def test_one_that_hangs_holds_nothing_up(watch: Watch, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observing, "PATIENCE", 0.1)
    over = threading.Event()
    hanging = Listening(None)
    hanging.job_started = lambda cells: over.wait() and None  # type: ignore[method-assign]
    assert watch(lambda: hanging) == GOOD
    assert bench.display.lines[-1].startswith("warning: observer 'observer 0' did not end within 0 s; ")
    over.set()


def test_several_that_hang_are_waited_for_together(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that never end take all the time that they are given, by a clock that stands still otherwise."""
    now, waits = [0.0], []

    def join(thread: threading.Thread, timeout: float) -> None:
        now[0] += timeout
        waits.append((thread.name, timeout))

    over = threading.Event()
    hanging = Listening(None)
    hanging.run_ended = lambda: over.wait() and None  # type: ignore[method-assign]
    chosen = [(name, lambda: hanging) for name in ("a", "b", "c")]
    with Observers(chosen, bench.registry, bench.display.note):
        monkeypatch.setattr(observing.time, "monotonic", lambda: now[0])
        monkeypatch.setattr(threading.Thread, "join", join)
    monkeypatch.undo()
    over.set()
    assert waits == [("observer a", 30.0), ("observer b", 0.0), ("observer c", 0.0)]
    assert sum("did not end within 30 s" in line for line in bench.display.lines) == 3


def test_one_that_is_far_too_slow_is_dropped(watch: Watch, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observing, "MOST", 10)
    monkeypatch.setattr(observing, "PATIENCE", 0.1)
    slow = Listening(None)
    slow.evaluated = lambda cells, evaluation: time.sleep(0.5)  # type: ignore[method-assign]
    assert watch(lambda: slow) == GOOD
    assert any("is too slow; the run goes on without it" in line for line in bench.display.lines)


def test_who_is_not_observed_sends_few_messages(bench: Bench) -> None:
    moved = []
    bench.display.on_moved = moved.append
    bench.run("evaluating")
    assert len(moved) < 300
    assert {progress.evaluation for progress in moved} <= {None}
