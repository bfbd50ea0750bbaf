"""What a job is predicted to need, against what it does need."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from analogbench.engine import memory
from analogbench.engine.memory import Need, Tracker, predict
from analogbench.engine.outcome import Outcome
from analogbench.engine.train import train
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job
from analogbench.registry import Registry

MakeCell = Callable[..., Cell]

KINDS = [
    ("sgd", "digital", "least-squares"),
    ("tiki-taka", "softbounds", "least-squares"),
    ("sgd", "digital", "mnist-fcn"),
]


@pytest.fixture(autouse=True)
def _no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MARGIN", {"cpu": 1.0})


def tracked(job: Job, registry: Registry) -> tuple[int, list[Outcome]]:
    with Tracker("cpu") as tracker:
        outcomes = train(job, registry, "cpu", lambda progress: None)
    return tracker.peak(0), outcomes


@pytest.mark.parametrize("kind", KINDS)
def test_two_cells_tell_what_five_need(cell: MakeCell, installed: Registry, kind: tuple[str, str, str]) -> None:
    job = Job(tuple(cell(*kind, seed) for seed in range(5)))
    predicted = predict(job, installed, "cpu")
    assert predicted is not None
    peak, _ = tracked(job, installed)
    # keys of random numbers, made in blocks, are renewed only after more steps than are tried: the margin is for such
    assert 0.97 * peak <= predicted.of(5) <= 1.25 * peak


def test_a_prediction_for_one_is_exact_and_changes_nothing(cell: MakeCell, installed: Registry) -> None:
    job = Job((cell("tiki-taka", "softbounds", "least-squares", 0),))
    predicted = predict(job, installed, "cpu")
    assert predicted is not None
    peak, outcomes = tracked(job, installed)
    assert predicted.of(1) == pytest.approx(peak, rel=0.02)
    assert outcomes[0].metrics == train(job, installed, "cpu", lambda progress: None)[0].metrics


def test_a_simulator_in_cpp_cannot_be_seen(cell: MakeCell, installed: Registry) -> None:
    pytest.importorskip("aihwkit")
    assert predict(Job((cell("analog-sgd", "aihwkit-softbounds", "least-squares", 0),)), installed, "cpu") is None


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(1, 300), st.integers(0, 3000))
def test_as_many_fit_as_need_no_more(loading: int, data: int, each: int, allowed: int) -> None:
    need = Need(loading, data, each)
    most = need.fits(allowed)
    assert most == 0 or need.of(most) <= allowed
    assert need.of(most + 1) > allowed


def test_storages_are_counted_once_and_until_they_go() -> None:
    with Tracker("cpu") as tracker:
        whole = torch.zeros(1000)  # 4000 bytes
        half = whole[:500] + 1.0  # 2000
        part = half.view(2, 250)
        del whole
        joined = torch.cat([part, part])  # 4000
        assert tracker.mark([joined, part]) == (2, 6000)
    assert tracker.peak(0) == 6000
    assert tracker.peak(0, 1) == 4000
    assert tracker.mark([]) == (0, 0)


def test_memory_elsewhere_does_not_count() -> None:
    with Tracker("cpu") as tracker:
        torch.zeros(1000, device="meta")
    assert tracker.peak(0) == 0


def test_the_tracker_does_not_import_the_compiler() -> None:
    """torch wraps a mode's method in one that imports torch._dynamo, for a second, unless the class refuses."""
    assert not hasattr(Tracker.__torch_dispatch__, "__wrapped__")
