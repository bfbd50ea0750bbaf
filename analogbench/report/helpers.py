"""Processes that draw some of the plots of a report, so that all cores are used."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any, TypeVar

from analogbench.importing import import_for_good
from analogbench.interrupts import interrupts_blocked
from analogbench.records.machine import available_cores

MOST = 3
"""More than these would wait for the one that draws the largest plot."""

AHEAD = 2
"""Plots that each helper has in hand: the one that it draws, and the next."""

FEW_RECORDS = 30
"""The plots of so few are drawn before a helper has imported matplotlib."""

Item = TypeVar("Item")
Made = TypeVar("Made")


class Helpers:
    """A context manager: the processes end with the context. They start at once, so that they import matplotlib while
    this process gets ready what is to be drawn.
    """

    def __init__(self, count: int = 0) -> None:
        """count: of processes besides this one."""
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Helpers:
        if self._count:
            self._pool = ProcessPoolExecutor(self._count, multiprocessing.get_context("spawn"), _get_ready)
            with interrupts_blocked():
                for _ in range(self._count):
                    self._pool.submit(os.getpid)  # a process is started for a task only
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, work: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
        """What `work` makes of each of the items, in their order; this process works, too. Raises what `work` raises.

        What a helper had in hand when it was killed is done again in this process.
        """
        given, own = dict[int, Future[Made]](), dict[int, Made]()
        for number, item in enumerate(items):
            future = self._given(work, item) if self._wants(given.values()) else None
            if future is None:
                own[number] = work(item)
            else:
                given[number] = future
        return [own[number] if number in own else _made(given[number], work, item) for number, item in enumerate(items)]

    def _wants(self, given: Iterable[Future[Any]]) -> bool:
        """Whether a helper would have nothing to do after what it does now."""
        return sum(not future.done() for future in given) < AHEAD * self._count

    def _given(self, work: Callable[[Item], Made], item: Item) -> Future[Made] | None:
        """What a helper makes of the item; None if one was killed, for the others end with it."""
        assert self._pool is not None
        try:
            return self._pool.submit(work, item)
        except BrokenProcessPool:
            return None


def _made(future: Future[Made], work: Callable[[Item], Made], item: Item) -> Made:
    try:
        return future.result()
    except BrokenProcessPool:
        return work(item)


def helpers_for(records: int) -> Helpers:
    """As many as are worth their start where so many records are drawn."""
    return Helpers(min(available_cores() - 1, MOST) if records > FEW_RECORDS else 0)


def _get_ready() -> None:
    """The first that a helper does."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import_for_good("analogbench.report.plots")


def _end_with_parent() -> None:
    """The other process may be killed: a helper left behind would wait for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
