"""Processes that draw some of the plots of a report, so that all cores are used."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import TypeVar

from analogbench.importing import import_for_good
from analogbench.records.machine import available_cores

MOST = 3
"""More than these would wait for the one that draws the largest plot."""

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
            # A terminal sends Ctrl-C to them, too. They inherit that it is blocked, and end with this process.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                for _ in range(self._count):
                    self._pool.submit(os.getpid)  # a process is started for a task only
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, work: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
        """What `work` makes of each of the items, in their order. Raises what `work` raises.

        This process does those that no helper has begun with, and those of helpers that were killed.
        """
        futures = [self._given(work, item) for item in items]
        own = {number: work(items[number]) for number, future in enumerate(futures) if future.cancel()}
        return [
            own[number] if number in own else _made(future, work, items[number])
            for number, future in enumerate(futures)
        ]

    def _given(self, work: Callable[[Item], Made], item: Item) -> Future[Made]:
        """What a helper will make of the item, unless it is cancelled before one has begun."""
        if self._pool is not None:
            with contextlib.suppress(BrokenProcessPool):
                return self._pool.submit(work, item)
        return Future()


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
