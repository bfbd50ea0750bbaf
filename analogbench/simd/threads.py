"""How many threads a kernel on the CPU runs on: all that its process has, or one.

Threads that wait sleep, so that they take no core from others, and to wake them takes longer than a small kernel runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import torch
from numba.core import config

MOST: int = config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]  # set when numba is imported
"""Threads that this process may ever have."""

LEAST = 300_000
"""Nanoseconds of work on one core for which other threads are woken."""


def threads_for(nanoseconds: float, parts: int) -> int:
    """The number of threads for work that takes so long on one core, roughly, and can be cut into so many parts."""
    return min(int(numba.get_num_threads()), parts) if nanoseconds >= LEAST and MOST > 1 and parts > 1 else 1


def run_on(threads: int, kernel: Callable[..., None], *args: Any) -> None:
    """Run a parallel kernel on as many threads as `threads_for` says."""
    if threads == MOST or threads == (most := numba.get_num_threads()):
        kernel(*args)
        return
    numba.set_num_threads(threads)
    try:
        kernel(*args)
    finally:
        numba.set_num_threads(most)


def _start() -> None:
    """Start numba's threads. It then tells OpenMP their number, which is torch's number, too: with more than it was
    told, torch would sum in another order, and wake threads for every small operation."""
    told = torch.get_num_threads()
    numba.get_num_threads()
    torch.set_num_threads(told)


if MOST > 1:
    _start()
