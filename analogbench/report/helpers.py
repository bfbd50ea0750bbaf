"""Processes that draw some of the plots of a report, so that all cores are used."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection, Pipe
from types import TracebackType
from typing import Any, TypeAlias, TypeVar

from analogbench.importing import import_for_good
from analogbench.records.machine import available_cores

MOST = 3
"""More than these would wait for the one that draws the largest plot."""

PROGRAM = "import sys; from analogbench.report.helpers import help_over; help_over(int(sys.argv[1]))"

FEW_RECORDS = 30
"""The plots of so few are drawn before a helper has imported matplotlib."""

Item = TypeVar("Item")
Made = TypeVar("Made")
_Items: TypeAlias = "deque[tuple[int, Item]]"


class Helpers:
    """A context manager: the processes end with the context. They start at once, so that they import matplotlib while
    this process gets ready what is to be drawn.
    """

    def __init__(self, count: int = 0) -> None:
        """count: of processes besides this one."""
        self._count = count
        self._links: list[Connection] = []
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Helpers:
        """Start them, in sessions of their own: a terminal sends them no Ctrl-C, and they end with this process."""
        variables = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        for _ in range(self._count):
            here, there = Pipe()
            number = there.fileno()
            # not by `multiprocessing`: that would import the main module once more, whatever it does
            command = [sys.executable, "-P", "-c", PROGRAM, str(number)]
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, env=variables, pass_fds=[number], start_new_session=True
            )
            there.close()
            self._links.append(here)
            self._processes.append(process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them, in the middle of a plot if need be."""
        self._kill()
        for process, link in zip(self._processes, self._links, strict=True):
            process.wait()
            link.close()
        self._processes, self._links = [], []

    def map(self, work: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
        """What `work` makes of each of the items, in their order; this process works, too. Raises what `work` raises.

        Whoever is free takes the next item. What a helper could not do, or had in hand when it was killed, is done
        again in this process, which can tell the error.
        """
        todo: _Items[Item] = deque(enumerate(items))
        made: dict[int, Made] = {}
        with ThreadPoolExecutor(max(1, len(self._links))) as threads:
            failed = [threads.submit(_hand_over, link, work, todo, made) for link in self._links]
            try:
                _do(work, todo, made)
            except BaseException:
                todo.clear()
                self._kill()
                raise
        _do(work, deque(one for each in failed for one in each.result()), made)
        return [made[number] for number in range(len(items))]

    def _kill(self) -> None:
        for process in self._processes:
            process.kill()


def helpers_for(records: int) -> Helpers:
    """As many as are worth their start where so many records are drawn."""
    return Helpers(min(available_cores() - 1, MOST) if records > FEW_RECORDS else 0)


def _do(work: Callable[[Item], Made], todo: _Items[Item], made: dict[int, Made]) -> None:
    """Take items and do them, until there are none left."""
    for number, item in _taken(todo):
        made[number] = work(item)


def _hand_over(
    link: Connection, work: Callable[[Item], Made], todo: _Items[Item], made: dict[int, Made]
) -> list[tuple[int, Item]]:
    """The same by a helper; returns what it could not do."""
    failed: list[tuple[int, Item]] = []
    for number, item in _taken(todo):
        try:
            link.send((work, item))
            (made[number],) = link.recv()
        except (EOFError, OSError):  # it was killed: the others do what is left
            return [*failed, (number, item)]
        except Exception:  # the item cannot be sent, or `work` failed
            failed.append((number, item))
    return failed


def _taken(todo: _Items[Item]) -> Iterator[tuple[int, Item]]:
    """One after the other, while others take some, too."""
    with contextlib.suppress(IndexError):
        while True:
            yield todo.popleft()


def help_over(number: int) -> None:
    """What a helper does until the other process closes the link, or ends. number: the link's descriptor."""
    link = Connection(number)
    import_for_good("analogbench.report.plots")  # takes a second, in which there is nothing to do yet

    with contextlib.suppress(EOFError, OSError):
        while True:
            link.send(_tried(link.recv_bytes()))


def _tried(task: bytes) -> tuple[Any, ...]:
    """What came of a task; nothing if it failed."""
    try:
        work, item = pickle.loads(task)
        return (work(item),)
    except Exception:
        return ()
