"""What worker processes use, and how nothing of them is left: neither they nor what plugins have started in them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import psutil

MARK = "ANALOGBENCH_WORKER"
"""An environment variable that a worker has, and inherits to all that is started in it: its value tells whose it is."""


def memory_of(pid: int) -> int:
    """Bytes that a process and its children have for themselves; 0 where there is no such process (any more).

    Without the files mapped into memory, such as torch's libraries, which processes share.
    """
    used = 0
    for process in _tree(pid):
        with contextlib.suppress(psutil.Error):
            info = process.memory_info()
            used += info.rss - getattr(info, "shared", 0)
    return used


def kill_tree(pid: int) -> None:
    """SIGKILL to a process and all its children."""
    _kill(_tree(pid))


def kill_marked(mark: str) -> None:
    """SIGKILL to every process of this user that has inherited `mark`: also to those whose parent has ended."""
    marked = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == mark:
                marked.append(process)
    _kill(marked)


def _tree(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def _kill(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
