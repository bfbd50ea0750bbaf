"""Where a run trains: on this machine, or on a cluster."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from analogbench.errors import UsageError
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job
from analogbench.run.crew import Crew
from analogbench.run.lanes import Lanes
from analogbench.run.messages import Settings
from analogbench.run.sizing import Limits, Size, choose_target, size_up
from analogbench.uninstalled import paths_in_environment

if TYPE_CHECKING:
    from analogbench.registry import Registry

LOCAL = "local"
"""What is given instead of an address, for a cluster of processes on this machine."""


class Site(ABC):
    """A context manager: what it has started ends with the context.

    far: whether other machines, with other files, may train.
    """

    far = False

    @abstractmethod
    def target(self, wanted: str) -> str:
        """ "cpu" or "cuda" for "auto", "cpu" or "cuda". Raises UsageError where that is not there."""

    @abstractmethod
    def size(self, cells: Sequence[Cell], target: str, limits: Limits, begun: Sequence[Job]) -> Size:
        """The jobs, and how many at once; see `sizing.size_up`. Raises UsageError."""

    @abstractmethod
    def crew(self, size: Size, settings: Settings, sign: Path, say: Callable[[str], None]) -> Crew:
        """Who trains them. sign: a file in the results directory that is there as long as the run. say: takes a line
        for the user, in the thread that asks the crew."""

    def __enter__(self) -> Site:
        """Nothing to get ready."""
        return self

    def __exit__(  # noqa: B027 - most have nothing to end
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to end."""


class Here(Site):
    """This machine."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def target(self, wanted: str) -> str:
        """CUDA where torch can use it."""
        return choose_target(wanted)

    def size(self, cells: Sequence[Cell], target: str, limits: Limits, begun: Sequence[Job]) -> Size:
        """For the cores and the GPU of this machine."""
        return size_up(cells, self._registry, target, limits, begun)

    def crew(self, size: Size, settings: Settings, sign: Path, say: Callable[[str], None]) -> Crew:
        """Worker processes."""
        return Lanes(size.workers, settings)


def site_of(cluster: str | None, registry: Registry, limits: Limits, say: Callable[[str], None]) -> Site:
    """The site that `--cluster` names. say: takes a line for the user. Raises UsageError."""
    if cluster is None:
        return Here(registry)
    if cluster != LOCAL and (given := paths_in_environment()):
        there = f"the workers of {cluster} do not have {', '.join(map(str, given))}"
        raise UsageError(f"{there}: install the plugin here and there, or use --cluster {LOCAL}")
    try:
        from analogbench.run.cluster.site import Cluster
    except ModuleNotFoundError as error:
        if error.name not in {"distributed", "dask"}:
            raise
        raise UsageError("--cluster needs Dask: pip install 'analogbench[cluster]'") from error
    return Cluster(cluster, registry, limits, say)
