"""What to say about a job that failed: a status, one line, and the end of the traceback."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from analogbench.errors import PluginError, UnavailableError
from analogbench.grid.cell import Status
from analogbench.run.messages import Failure, Lost

if TYPE_CHECKING:
    from analogbench.registry import Registry

LINES, LINE_LENGTH, REASON_LENGTH = 20, 300, 200
"""How much of a traceback is kept: the rest of a record is a few kilobytes."""

OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
"""How the system, a user or a batch system ends a process."""

OWN = "analogbench"
"""The package, and the distribution, whose frames are not a third party's fault."""


def describe(error: BaseException, registry: Registry | None) -> Failure:
    """What `error`, raised while a job was trained, means for the job. registry: None if it could not be loaded."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    return Failure(_status(error, registry), _reason(error), _tail(lines))


def died(exit_code: int | None, log: Path) -> Failure | Lost:
    """What it means that a worker process ended in the middle of a job. log: where its stderr went.

    What nothing in the process can do to itself by accident came from outside: another try may find better times.
    """
    if exit_code is not None and -exit_code in OUTSIDE:
        return Lost(f"the worker process died: {_how(exit_code)}")
    return Failure("crashed", f"the worker process died: {_how(exit_code)}", _tail(_last_lines(log)), spoilt=True)


def _status(error: BaseException, registry: Registry | None) -> Status:
    if isinstance(error, UnavailableError):
        return "skipped"
    if is_out_of_memory(error):
        return "oom"
    if isinstance(error, PluginError) or _raised_by_third_party(error, registry):
        return "plugin-error"
    return "crashed"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` means that. torch's errors by name: torch.cuda.OutOfMemoryError, or the RuntimeError of its CPU
    allocator."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and "can't allocate memory" in str(error)


def _raised_by_third_party(error: BaseException, registry: Registry | None) -> bool:
    """Whether the innermost frame that is not a library's lies in the package of somebody else's plugin."""
    owners = _owners(registry)
    for package in _packages(error.__traceback__):
        if package in owners:
            return owners[package] != OWN
    return False


def _owners(registry: Registry | None) -> dict[str, str]:
    """The distribution of each top-level package that holds a plugin's class, and of ours."""
    owners = {OWN: OWN}
    if registry is not None:
        entries = [*registry.algorithms.values(), *registry.devices.values(), *registry.tasks.values()]
        owners |= {_top(entry.value.__module__): entry.distribution for entry in entries}
    return owners


def _packages(trace: TracebackType | None) -> Iterator[str]:
    """The top-level packages of the frames, innermost first."""
    for frame, _ in reversed(list(traceback.walk_tb(trace))):
        yield _top(str(frame.f_globals.get("__name__", "")))


def _top(module: str) -> str:
    return module.partition(".")[0]


def _reason(error: BaseException) -> str:
    """One line: an error of ours speaks for itself, any other needs its type's name."""
    try:
        text = " ".join(str(error).split())
    except BaseException as second:  # an exception's __str__ is somebody's code, too
        text = f"(its message cannot be shown: {type(second).__name__})"
    if not isinstance(error, UnavailableError | PluginError):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= REASON_LENGTH else text[: REASON_LENGTH - 1] + "…"


def _how(exit_code: int | None) -> str:
    if exit_code is None:
        return "no exit code"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    return f"{name} (the system kills so when memory runs out)" if name == "SIGKILL" else name


def stack_of(log: Path) -> str:
    """Where a process was when it was asked to write down its stack, the most recent call last, as in a traceback."""
    lines = _last_lines(log)
    starts = [number for number, line in enumerate(lines) if line.endswith("(most recent call first):")]
    if not starts:
        return _tail(lines)
    calls = [line for line in lines[starts[-1] + 1 :] if line.lstrip().startswith("File ")]
    return _tail(["Stack when it was killed (most recent call last):", *reversed(calls[: LINES - 1])])


def _last_lines(log: Path) -> list[str]:
    """The end of a worker's log: a few kilobytes, however much a plugin printed."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - LINES * LINE_LENGTH))
            return file.read().decode(errors="replace").splitlines()
    except OSError:
        return []


def _tail(lines: list[str]) -> str:
    return "\n".join(line[:LINE_LENGTH] for line in lines[-LINES:])
