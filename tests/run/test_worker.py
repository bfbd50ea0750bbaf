"""What a worker answers, asked in this process."""

from __future__ import annotations

import dataclasses
import os
import pickle
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from analogbench.engine.outcome import Outcome, Progress, WeightCounts
from analogbench.run import worker
from analogbench.run.messages import Began, Done, Failure, Moved, Settings, Started, TooLarge

if TYPE_CHECKING:
    from conftest import Bench


def ask(bench: Bench, how: str, target: str = "cpu", seeds: tuple[int, ...] = (0, 1, 2)) -> tuple[Any, list[Any]]:
    sent: list[Any] = []
    settings = Settings(target, 2, f"fake_training:{how}", "fake_training:no_registry")
    return worker.answer(settings, 7, bench.jobs(seeds)[0], sent.append), sent


def test_done(bench: Bench) -> None:
    answer, sent = ask(bench, "succeed")
    assert isinstance(answer, Done)
    assert [outcome.status for outcome in answer.outcomes] == ["ok"] * 3
    assert answer.facts == {"target": "cpu", "threads": 2}
    assert sent[:3] == [Started(7, os.getpid()), Began(7), Moved(7, Progress(1, 3, 0.5))]


def test_an_engine_that_gives_too_few_outcomes(bench: Bench) -> None:
    assert ask(bench, "too_few", seeds=(0,))[0].reason == "RuntimeError: outcomes from the engine: 0, cells: 1"


@pytest.mark.parametrize("how", ["raising", "unpicklable", "exiting", "interrupted", "plugin_error", "data_missing"])
def test_every_exception_becomes_plain_data(bench: Bench, how: str) -> None:
    answer, _ = ask(bench, how)
    assert isinstance(answer, Failure)
    assert pickle.loads(pickle.dumps(answer)) == answer
    assert not answer.spoilt


def test_a_job_that_does_not_fit_is_not_begun(bench: Bench) -> None:
    settings = Settings(
        train="fake_training:raising",
        load="fake_training:stub_registry",
        predict="fake_training:predict",
        memory=5 * 10**8,
    )
    answer = worker.answer(settings, 7, bench.jobs((0, 1))[0], lambda _: None)
    assert isinstance(answer, TooLarge)
    assert answer.fits == 0
    assert pickle.loads(pickle.dumps(answer)) == answer


def test_the_registry_is_loaded_by_name_and_its_failure_is_the_job_s(bench: Bench) -> None:
    settings = Settings(train="fake_training:succeed", load="no_such_module:load")
    answer = worker.answer(settings, 1, bench.jobs((0,))[0], lambda _: None)
    assert isinstance(answer, Failure)
    assert answer.reason == "ModuleNotFoundError: No module named 'no_such_module'"


@pytest.mark.parametrize(
    ("how", "target", "spoilt"),
    [("out_of_memory", "cpu", True), ("raising", "cuda", True), ("data_missing", "cuda", False)],
)
def test_what_spoils_a_worker(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, how: str, target: str, spoilt: bool
) -> None:
    monkeypatch.setattr(worker, "_cuda_facts", dict)
    assert ask(bench, how, target)[0].spoilt == spoilt


def test_threads_and_the_gpu_s_name_come_from_torch(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    cuda = SimpleNamespace(get_device_name=lambda: "GPU")
    torch = SimpleNamespace(set_num_threads=threads.append, cuda=cuda, version=SimpleNamespace(cuda="12.8"))
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr("analogbench.records.machine.nvidia_driver", lambda: "550")
    worker._cuda_facts.cache_clear()
    facts = ask(bench, "succeed", "cuda")[0].facts
    worker._cuda_facts.cache_clear()
    assert threads == [2]
    assert facts == {"target": "cuda", "threads": 2, "device": "GPU", "cuda": "12.8", "driver": "550"}


def test_a_torch_without_cuda_gives_no_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace())
    assert worker._cuda_facts.__wrapped__() == {}


def test_numbers_are_made_plain() -> None:
    outcome = Outcome("ok", metrics={"loss": np.float32(0.5)}, curve={"step": [np.int64(1)]}, steps=np.int64(3))  # type: ignore[list-item, dict-item, arg-type]
    plain = worker._plain(outcome)
    assert [type(n) for n in (plain.metrics["loss"], plain.curve["step"][0], plain.steps)] == [float, float, int]


def test_nothing_of_an_outcome_is_lost() -> None:
    weights = (WeightCounts(0, -1.0, 1.0, [1, 2]),)
    outcome = Outcome("ok", "r", "t", "d", {"a": 1.0}, {"step": [1.0]}, 2, 3.0, 4.0, "native", weights)
    blank = Outcome("skipped")
    for field in dataclasses.fields(Outcome):
        assert getattr(outcome, field.name) != getattr(blank, field.name), "each field must tell"
    assert worker._plain(outcome) == outcome


def test_progress_is_thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([1.0, 1.05, 1.2])
    monkeypatch.setattr("analogbench.run.worker.time.monotonic", lambda: next(times))
    sent: list[Any] = []
    report = worker._Reporter(sent.append, 1)
    for epoch in (1, 2, 3):
        report(Progress(epoch, 3))
    assert [moved.progress.epoch for moved in sent] == [1, 3]
