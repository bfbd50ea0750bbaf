"""Target, workers, threads and stacking."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from analogbench.errors import UsageError
from analogbench.grid.jobs import pack
from analogbench.grid.plan import plan
from analogbench.run import sizing
from analogbench.run.lanes import Lanes
from analogbench.run.sizing import Limits, choose_target, cuda_is_available, size_up

if TYPE_CHECKING:
    from conftest import Bench


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizing, "available_cores", lambda: 4)


@pytest.mark.parametrize(
    ("cells", "target", "limits", "jobs", "spread"),
    [
        (100, "cpu", Limits(), [15, 14, 14, 15, 14, 14, 14], (4, 1)),
        (8, "cpu", Limits(), [2, 2, 2, 2], (4, 1)),
        (2, "cpu", Limits(), [1, 1], (2, 2)),
        (1, "cpu", Limits(), [1], (1, 4)),
        (0, "cpu", Limits(), [], (1, 4)),
        (100, "cuda", Limits(), [50, 50], (1, 4)),
        (6, "cpu", Limits(workers=2), [3, 3], (2, 2)),
        (6, "cpu", Limits(workers=1, threads=3, stack=4), [3, 3], (1, 3)),
        (6, "cpu", Limits(stack=1), [1] * 6, (4, 1)),
        (6, "cpu", Limits(workers=3), [2, 2, 2], (3, 1)),
        (6, "cpu", Limits(threads=2), [3, 3], (2, 2)),
        (6, "cpu", Limits(threads=3), [6], (1, 3)),
        (6, "cpu", Limits(workers=2, threads=2), [3, 3], (2, 2)),
        (6, "cuda", Limits(threads=4), [6], (1, 4)),
    ],
)
def test_size(bench: Bench, cells: int, target: str, limits: Limits, jobs: list[int], spread: tuple[int, int]) -> None:
    grid = plan(bench.registry, ["half"], ["soft"], ["line"], range(cells or 1), "smoke").cells[:cells]
    size = size_up(grid, bench.registry, target, limits)
    assert sorted(len(job.cells) for job in size.jobs) == sorted(jobs)
    assert (size.workers, size.threads) == ({target: spread[0]}, spread[1])


@pytest.mark.parametrize(
    ("limits", "given"),
    [
        (Limits(workers=5), "--workers 5 would need 5 cores"),
        (Limits(threads=5), "--threads 5 would need 5 cores"),
        (Limits(workers=2, threads=3), "--workers 2 with --threads 3 would need 6 cores"),
    ],
)
def test_more_threads_than_cores_are_refused(bench: Bench, limits: Limits, given: str) -> None:
    message = f"{given}, but this program may use 4: workers × threads must be 4 at most"
    with pytest.raises(UsageError, match=message):
        size_up((), bench.registry, "cpu", limits)


@pytest.mark.parametrize(
    ("wanted", "there", "target"), [("cpu", True, "cpu"), ("auto", True, "cuda"), ("auto", False, "cpu")]
)
def test_target(monkeypatch: pytest.MonkeyPatch, wanted: str, there: bool, target: str) -> None:
    monkeypatch.setattr(sizing, "cuda_is_available", lambda: there)
    assert choose_target(wanted) == target


def test_cuda_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizing, "cuda_is_available", lambda: False)
    with pytest.raises(UsageError, match="--target cpu"):
        choose_target("cuda")


@pytest.mark.parametrize(("driver", "code", "there"), [(False, 0, False), (True, 0, True), (True, 1, False)])
def test_torch_is_asked_only_where_there_is_a_driver(
    monkeypatch: pytest.MonkeyPatch, driver: bool, code: int, there: bool
) -> None:
    monkeypatch.setattr(sizing, "has_nvidia_driver", lambda: driver)
    monkeypatch.setattr(sizing, "PROBE", f"raise SystemExit({code})")
    if not driver:
        monkeypatch.setattr(subprocess, "run", None)
    cuda_is_available.cache_clear()
    assert cuda_is_available() is there
    cuda_is_available.cache_clear()


def test_cells_that_cannot_use_the_gpu_are_trained_beside_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    half = plan(bench.registry, ["half"], ["soft"], ["line[steps=1,2]"], range(6), "smoke").cells
    exact = plan(bench.registry, ["half-exact"], ["numbers"], ["line"], range(6), "smoke").cells
    soft, numbers = (bench.registry.device(name).value for name in ("soft", "numbers"))
    monkeypatch.setattr(numbers, "targets", classmethod(lambda cls: ("cpu", "cuda")))
    monkeypatch.setattr(numbers, "most_replicas", None)
    monkeypatch.setattr(soft, "targets", classmethod(lambda cls: ("cpu",)))
    monkeypatch.setattr(soft, "most_replicas", 1)
    size = size_up([*half, *exact], bench.registry, "cuda", Limits())
    assert [len(job.cells) for job in size.jobs] == [1] * 12 + [6]
    assert (size.workers, size.threads) == ({"cpu": 3, "cuda": 1}, 1)
    assert size_up([*half, *exact], bench.registry, "cuda", Limits(workers=1)).workers == {"cpu": 1, "cuda": 1}
    assert size_up([*half, *exact], bench.registry, "cuda", Limits(workers=4)).workers == {"cpu": 3, "cuda": 1}
    assert size_up([*half, *exact], bench.registry, "cuda", Limits(threads=4)).threads == 2
    alone = size_up(half[:1], bench.registry, "cpu", Limits())
    assert (alone.workers, alone.threads) == ({"cpu": 1}, 1), "a simulator of single cells gets one thread"
    monkeypatch.setattr(numbers, "targets", classmethod(lambda cls: 1 / 0))
    assert size_up(exact, bench.registry, "cuda", Limits()).workers == {"cuda": 1}


def test_two_targets_at_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each job is trained on a lane of its own target."""
    soft, numbers = (bench.registry.device(name).value for name in ("soft", "numbers"))
    monkeypatch.setattr(soft, "targets", classmethod(lambda cls: ("cpu",)))
    monkeypatch.setattr(numbers, "targets", classmethod(lambda cls: ("cpu", "cuda")))
    coordinator = bench.coordinator("succeed")
    coordinator._settings = replace(coordinator._settings, target="cuda")
    coordinator._crew = Lanes({"cpu": 1, "cuda": 1}, coordinator._settings)
    exact = plan(bench.registry, ["half-exact"], ["numbers"], ["line"], range(3), "smoke").cells
    jobs = [*bench.jobs(range(3), limit=1), *pack(exact, bench.registry, 1)]
    assert coordinator.run(jobs)
    found = {(r.cell.device.name, r.provenance["worker"]["target"]) for r in coordinator.records}
    assert found == {("soft", "cpu"), ("numbers", "cuda")}
    assert len(coordinator.records) == 6
