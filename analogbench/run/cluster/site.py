"""A Dask cluster as the place where a run trains."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from distributed import Client

from analogbench.errors import UsageError
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job
from analogbench.interrupts import interrupts_blocked
from analogbench.records.machine import available_cores
from analogbench.run.cluster.agreement import code_facts
from analogbench.run.cluster.connection import checked_seats, connect, connect_again, local_cluster, wait_for_workers
from analogbench.run.cluster.crew import ClusterCrew
from analogbench.run.cluster.host import Seats
from analogbench.run.crew import Crew
from analogbench.run.messages import Settings
from analogbench.run.site import LOCAL, Site
from analogbench.run.sizing import Limits, Size, spread
from analogbench.run.stopping import interrupts_ignored

if TYPE_CHECKING:
    from analogbench.registry import Registry


class Cluster(Site):
    """A scheduler with its workers, on other machines, or all of it on this one."""

    def __init__(self, where: str, registry: Registry, limits: Limits, say: Callable[[str], None]) -> None:
        """where: "local", or the scheduler's address. say: takes a line for the user."""
        self._where, self._registry, self._limits, self._say = where, registry, limits, say
        self._threads = limits.threads or 1
        self._stack = contextlib.ExitStack()
        self._client: Client | None = None
        self._seats: list[Seats] = []
        self.far = where != LOCAL

    def __enter__(self) -> Cluster:
        """Start the cluster if it is local, reach it, and compare its code with ours. Raises UsageError."""
        self._code = code_facts(self._registry)
        for name in ("distributed", "distributed.client"):  # tracebacks of connections; what is lost we say ourselves
            logging.getLogger(name).setLevel(logging.CRITICAL)
        with self._stack:
            self._address = self._where if self.far else self._start()
            self._client = connect(self._address)
            while not self._seats:
                self._agree()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the cluster; end it if it is local."""
        with interrupts_ignored(), contextlib.suppress(Exception):
            if self._client is not None:
                self._client.close(timeout=2)
            self._stack.close()

    def target(self, wanted: str) -> str:
        """CUDA where any worker has a GPU."""
        there = any(seats.cuda for seats in self._seats)
        if wanted == "cuda" and not there:
            raise UsageError("no worker of the cluster has a CUDA GPU that torch can use; run with --target cpu")
        return "cuda" if there and wanted != "cpu" else "cpu"

    def size(self, cells: Sequence[Cell], target: str, limits: Limits, begun: Sequence[Job]) -> Size:
        """For the seats of all workers that are there now; those that come later take what is left."""
        wanted = {place: max(1, sum(seats.of(place) for seats in self._seats)) for place in ("cpu", "cuda")}
        if limits.workers:
            wanted = {place: min(count, limits.workers) for place, count in wanted.items()}
        jobs, workers = spread(cells, self._registry, target, wanted, limits.stack, begun)
        return Size(tuple(jobs), workers or {target: 1}, self._threads, limits.memory)

    def crew(self, size: Size, settings: Settings, sign: Path, say: Callable[[str], None]) -> Crew:
        """The workers. Of `size.workers` only the user's own limit counts: a cluster may grow."""
        if self._client is None:
            raise RuntimeError("the cluster is used outside its context")
        most = {place: self._limits.workers or len(size.jobs) for place in size.workers}
        return ClusterCrew(self._client, self._address, most, settings, self._code, str(sign.absolute()), say)

    def _agree(self) -> None:
        """Ask all workers what they have; the scheduler may go and come back meanwhile. Raises UsageError."""
        client = self._client or connect_again(self._address, self._say)
        self._client = client
        try:
            wait_for_workers(client, self._say)
            self._seats = checked_seats(client, self._code, self._threads)
        except OSError:
            client.close(timeout=1)
            self._client = None

    def _start(self) -> str:
        workers = self._limits.workers or max(1, available_cores() // self._threads)
        self._limits.check(available_cores())
        with interrupts_blocked():  # Ctrl-C is for the command alone
            cluster = self._stack.enter_context(local_cluster(workers, self._threads))
        return str(cluster.scheduler_address)
