"""Small kernels wake nobody, and what they were told is not left behind."""

from __future__ import annotations

import os
import subprocess
import sys

import numba
import pytest

from analogbench.simd import threads
from analogbench.simd.threads import LEAST, run_on, threads_for


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A process with four threads; all that numba is told of them."""
    told = [4]
    monkeypatch.setattr(threads, "MOST", 4)
    monkeypatch.setattr(threads.numba, "get_num_threads", lambda: told[-1])
    monkeypatch.setattr(threads.numba, "set_num_threads", told.append)
    return told


def test_other_threads_are_woken_for_large_kernels_only(asked: list[int]) -> None:
    assert [threads_for(work, 100) for work in (0.0, LEAST - 1, LEAST)] == [1, 1, 4]


def test_no_more_threads_are_woken_than_there_are_parts(asked: list[int]) -> None:
    assert [threads_for(LEAST, parts) for parts in (1, 3, 4, 5)] == [1, 3, 4, 4]


def test_torch_keeps_the_number_of_threads_that_it_was_told() -> None:
    """numba's number would reach torch through OpenMP, and torch would sum in another order."""
    code = """if True:
        import numba, torch
        torch.set_num_threads(1)
        torch.ones(1_000_000).sigmoid()  # from its first work on, it only asks OpenMP
        from analogbench.simd.threads import MOST
        print(MOST, numba.get_num_threads(), torch.get_num_threads())
    """
    environment = os.environ | {"NUMBA_NUM_THREADS": "3", "OMP_NUM_THREADS": "3"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["3", "3", "1"]


def test_a_small_kernel_runs_on_one_thread_and_the_next_may_have_all(asked: list[int]) -> None:
    ran: list[int] = []
    run_on(1, lambda: ran.append(numba.get_num_threads()))
    run_on(4, lambda: ran.append(numba.get_num_threads()))
    with pytest.raises(ZeroDivisionError):
        run_on(1, lambda: 1 / 0)
    assert ran == [1, 4]
    assert asked == [4, 1, 4, 1, 4]
