"""Processes that draw some of the plots of a report, so that all cores are used."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import TypeAlias, TypeVar

from analogbench.importing import import_for_good
from analogbench.interrupts import interrupts_blocked
from analogbench.records.machine import available_cores

MOST = 3
"""More than these would wait for the one that draws the largest plot."""

FEW_RECORDS = 30
"""The plots of so few are drawn before a helper has imported matplotlib."""

Item = TypeVar("Item")
Made = TypeVar("Made")
Items: TypeAlias = "deque[tuple[int, Item]]"


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
        """What `work` makes of each of the items, in their order. Whoever is free, this process too, takes the next.
        Raises what `work` raises.

        What a helper had in hand when it was killed is done again in this process.
        """
        left, made = deque(enumerate(items)), dict[int, Made]()
        with ThreadPoolExecutor(self._count or 1) as feeders:  # threads that wait for helpers
            fed = [feeders.submit(self._feed, work, left, made) for _ in range(self._count)]
            try:
                for number, item in _taken(left):
                    made[number] = work(item)
            finally:
                left.clear()
        for feeder in fed:
            feeder.result()
        return [made[number] if number in made else work(item) for number, item in enumerate(items)]

    def _feed(self, work: Callable[[Item], Made], left: Items[Item], made: dict[int, Made]) -> None:
        """Keep one helper busy; ends when nothing is left, or when a helper was killed, for the others end with it."""
        assert self._pool is not None
        try:
            for number, item in _taken(left):
                made[number] = self._pool.submit(work, item).result()
        except BrokenProcessPool:
            return
        except BaseException:
            left.clear()
            raise


def _taken(left: Items[Item]) -> Iterator[tuple[int, Item]]:
    """Take what is left, one after the other, until nothing is; several threads may."""
    while True:
        try:
            yield left.popleft()
        except IndexError:
            return


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
