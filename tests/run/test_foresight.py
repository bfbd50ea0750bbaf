"""Whether a job fits, asked in this process."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from analogbench.engine.memory import Need, predict
from analogbench.grid.jobs import pack
from analogbench.grid.plan import plan
from analogbench.registry import load
from analogbench.run import foresight
from analogbench.run.foresight import shared, too_large
from analogbench.run.messages import Settings, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Bench

SETTINGS = Settings(predict="given", memory=2000, sharers=2)


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has 100 bytes."""
    monkeypatch.setattr(foresight, "own_memory", lambda: 100)
    yield
    for cached in (foresight._known, foresight._own, foresight._share):
        cached.cache_clear()


class Engine:
    """Predicts 300 bytes for each replica, and remembers that it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[int] = []
        self.error = error

    def __call__(self, job: Any, registry: Any, target: str) -> Need:
        self.asked.append(len(job.cells))
        if self.error:
            raise self.error
        return Need(0, 0, 300)


def test_a_worker_s_share(bench: Bench) -> None:
    three, four = bench.jobs(range(3))[0], bench.jobs(range(4))[0]
    engine = Engine()
    assert too_large(SETTINGS, three, bench.registry, engine) is None
    refusal = too_large(SETTINGS, four, bench.registry, engine)
    reason = "needs 1.3 KB of memory, but each of 2 workers may use 1 KB; see --memory and --workers"
    assert refusal == TooLarge(3, reason)
    assert engine.asked == [3], "once for each kind"


def test_a_single_cell_is_asked_for_by_itself(bench: Bench) -> None:
    engine, tight = Engine(), replace(SETTINGS, memory=399, sharers=1)
    refusal = too_large(tight, bench.jobs(range(3))[0], bench.registry, engine)
    assert refusal is not None
    assert refusal.fits == 0
    assert too_large(tight, bench.jobs((0,))[0], bench.registry, engine) == TooLarge(
        0, "needs 400 B of memory, but the worker may use 399 B; see --memory"
    )
    assert engine.asked == [3, 1]


@pytest.mark.parametrize("error", [ValueError("the training will say it better"), None])
def test_what_cannot_be_predicted_is_tried(bench: Bench, error: Exception | None) -> None:
    engine = Engine(error) if error else lambda job, registry, target: None
    assert too_large(SETTINGS, bench.jobs(range(9))[0], bench.registry, engine) is None


def test_memory_that_runs_out_meanwhile_is_the_job_s_end(bench: Bench) -> None:
    with pytest.raises(MemoryError):
        too_large(SETTINGS, bench.jobs(range(9))[0], bench.registry, Engine(MemoryError()))


def test_nothing_known_of_the_machine_is_no_limit(bench: Bench) -> None:
    settings = replace(SETTINGS, memory=None)
    assert too_large(settings, bench.jobs(range(9))[0], bench.registry, Engine()) is None


def test_a_gpu_is_asked_for_what_is_free(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    cuda = SimpleNamespace(mem_get_info=lambda: (2500, 9000))
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    settings = replace(SETTINGS, target="cuda", memory=None)
    refusal = too_large(settings, bench.jobs(range(9))[0], bench.registry, Engine())
    assert refusal is not None
    assert refusal.fits == 3  # of 80 % of 2500 bytes for two workers; the process itself is not on the GPU


def test_what_is_free_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foresight, "free_memory", lambda: 1000)
    settings = Settings(predict="given")
    assert shared(settings, "cpu", 2) == replace(settings, memory=800, sharers=2)
    assert shared(settings, "cuda", 2) == replace(settings, target="cuda", sharers=2)
    assert shared(replace(settings, memory=7), "cpu", 2).memory == 7
    monkeypatch.setattr(foresight, "free_memory", lambda: None)
    assert shared(settings, "cpu", 1).memory is None


def test_the_engine_s_own_prediction() -> None:
    registry = load()
    (job,) = pack(plan(registry, ["sgd"], ["digital"], ["least-squares"], range(9), "smoke").cells, registry, 16)
    need = predict(job, registry, "cpu")
    assert need is not None
    settings = Settings(predict="given", memory=100 + need.of(4))
    refusal = too_large(settings, job, registry, predict)
    assert refusal is not None
    assert refusal.fits == 4
