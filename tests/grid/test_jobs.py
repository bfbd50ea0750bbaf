"""Packing cells into jobs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analogbench.grid.cell import Cell
from analogbench.grid.jobs import cut, pack
from analogbench.grid.plan import plan
from analogbench.registry import Registry


def _cells(registry: Registry, algorithm: str = "half", device: str = "soft", seeds: int = 1) -> tuple[Cell, ...]:
    return plan(registry, [algorithm], [device], [], range(seeds), "smoke").cells


def test_seeds_and_stackable_numbers_share_a_job_split_evenly(registry: Registry) -> None:
    cells = _cells(registry, "half[lr=0.1,0.2]", "soft[tau=1,2]", seeds=4) + _cells(registry, "half[lr=0.3]")
    jobs = pack(cells, registry, limit=16)
    assert [len(job.cells) for job in jobs] == [9, 8]
    assert tuple(c for job in jobs for c in job.cells) == cells
    assert str(jobs[0]) == "half × soft × line (9)"


@pytest.mark.parametrize("algorithm", ["half[every=1,2]", "half[mode=a,b]", "half[lr=none,0.1]"])
def test_what_cannot_be_stacked_is_kept_apart(registry: Registry, algorithm: str) -> None:
    cells = _cells(registry, algorithm, seeds=2)
    jobs = pack(reversed(cells), registry, limit=8)
    assert [len(job.cells) for job in jobs] == [2, 2]
    assert all(len({str(c.algorithm.params) for c in job.cells}) == 1 for job in jobs)


def test_a_device_may_limit_the_replicas(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.device("numbers").value, "most_replicas", 2)
    cells = [*_cells(registry, seeds=5), *_cells(registry, "half-exact", "numbers", seeds=5)]
    assert [len(job.cells) for job in pack(cells, registry, limit=8)] == [5, 2, 2, 1]
    assert [len(job.cells) for job in pack(cells, registry, limit=1)] == [1] * 10


def test_budgets_are_kept_apart(registry: Registry) -> None:
    cells = _cells(registry)
    other = cells[0].model_copy(update={"budget": "paper"})
    assert len(pack([*cells, other], registry, limit=8)) == 2


def test_a_job_holds_at_least_one_replica(registry: Registry) -> None:
    with pytest.raises(ValueError, match="at least one replica, not 0"):
        pack([], registry, limit=0)


@given(st.integers(1, 200), st.integers(1, 40))
def test_any_split_is_even_and_as_coarse_as_the_limit_allows(count: int, limit: int) -> None:
    pieces = [len(job.cells) for job in cut(list(range(count)), limit)]
    assert sum(pieces) == count
    assert max(pieces) <= limit
    assert max(pieces) - min(pieces) <= 1
    assert len(pieces) == -(-count // limit)
