"""Every hook that a plugin may implement. A plugin is a module named by an entry point of the group `analogbench`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pluggy

from analogbench.api.marker import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analogbench.api.algorithm import Algorithm
    from analogbench.api.device import Device
    from analogbench.api.observer import Observer
    from analogbench.api.task import Task
    from analogbench.grid.jobs import Job
    from analogbench.records.record import Record

_hookspec = cast("Callable[[Any], Any]", pluggy.HookspecMarker(PROJECT))


@_hookspec
def analogbench_algorithms() -> Sequence[type[Algorithm]]:  # type: ignore[empty-body]
    """Return the training algorithms that the plugin provides."""


@_hookspec
def analogbench_devices() -> Sequence[type[Device]]:  # type: ignore[empty-body]
    """Return the devices that the plugin provides."""


@_hookspec
def analogbench_tasks() -> Sequence[type[Task]]:  # type: ignore[empty-body]
    """Return the tasks that the plugin provides."""


@_hookspec
def analogbench_suites() -> Sequence[Path]:  # type: ignore[empty-body]
    """Return the TOML files of the suites that the plugin provides; a suite's name is its file's stem."""


@_hookspec
def analogbench_observers() -> Sequence[type[Observer]]:  # type: ignore[empty-body]
    """Return the observers that the plugin provides; a run has those that `--observe` names."""


@_hookspec
def analogbench_job_started(job: Job) -> None:
    """Observe that a worker has started to train `job`. Called in the coordinating process."""


@_hookspec
def analogbench_cell_finished(record: Record) -> None:
    """Observe that a cell has ended, well or badly, and that its record is on disk. Called in the coordinating
    process."""
