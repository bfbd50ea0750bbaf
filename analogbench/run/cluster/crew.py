"""The crew of a run on a Dask cluster: Dask reaches the workers, places the jobs on them and says who is lost."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Any, cast

from distributed import Client, Future

from analogbench.api.observer import Evaluation
from analogbench.engine.outcome import Progress
from analogbench.grid.jobs import Job
from analogbench.run.cluster.connection import PAUSE, connect_again, one_line
from analogbench.run.cluster.host import Host, resource, train_there
from analogbench.run.crew import Crew
from analogbench.run.messages import Answer, Ended, Event, Lost, Moved, Said, Settings, Started, Told
from analogbench.run.stopping import interrupts_ignored

GONE = "the connection to the cluster was lost"


@dataclass
class _Flying:
    """A job in flight. worker: the address of the one that has taken it."""

    target: str
    future: Future[Any]
    worker: str = ""


class ClusterCrew(Crew):
    """Sends jobs to the workers of a cluster, as many as they have seats for."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is something else
        self,
        client: Client,
        address: str,
        most: Mapping[str, int],
        settings: Settings,
        code: Mapping[str, str],
        sign: str,
        say: Callable[[str], None],
    ) -> None:
        """address: of the scheduler. most: jobs at once on each target. code, sign: see `Host`. say: takes a line for
        the user."""
        self._client, self._address, self._most = client, address, most
        self._settings, self._code, self._sign, self._say = settings, code, sign, say
        self._name = f"analogbench-{uuid.uuid4().hex[:12]}"
        self._flying: dict[int, _Flying] = {}
        self._waited: set[str] = set()
        self._lost, self._connections, self._scheduler = False, 0, ""
        self._seen: tuple[float, dict[str, float]] = (0.0, {})
        self.events: SimpleQueue[Any] = SimpleQueue()

    def free(self, target: str) -> bool:
        """Whether there is a seat; waits a moment where the cluster has none at all."""
        if self._lost or self._client.status != "running":
            self._connect_again()
        flying = sum(each.target == target for each in self._flying.values())
        try:
            seats = self._seats(target)
        except OSError:
            self._lost = True
            return False
        if not seats and not self._flying:
            if target not in self._waited:
                self._waited.add(target)
                self._say(f"the cluster has no workers for {target}: waiting for one")
            time.sleep(PAUSE)
        return flying < min(seats, self._most.get(target, 0))

    @property
    def busy(self) -> bool:
        """Whether a job is in flight, or there is something to say."""
        return bool(self._flying) or not self.events.empty()

    def start(self, number: int, job: Job, target: str) -> None:
        """Give the job to Dask."""
        future = self._client.submit(
            train_there,
            *(self._name, number, job, target),
            key=f"{self._name}-{number}",
            resources={resource(target): 1},
            retries=0,
            pure=False,
        )
        self._flying[number] = _Flying(target, future)
        if self._client.status != "running":  # what is sent in between, a new scheduler gets without the rest
            self._lost = True
            self.events.put(Ended(number, Lost(GONE)))
        future.add_done_callback(partial(self._done, number, self._connections))

    def heed(self, event: Event) -> None:
        """Nothing: the workers look after their processes themselves."""

    def release(self, number: int, *, renew: bool) -> None:
        """Forget the job; where Dask still has it, it need not go on with it."""
        flying = self._flying.pop(number)
        if not flying.future.done():
            with contextlib.suppress(Exception):
                self._client.cancel([flying.future], force=True)

    def __enter__(self) -> ClusterCrew:
        """Set up all workers, present and to come."""
        self._introduce()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cancel what is in flight and end the processes on all workers."""
        with interrupts_ignored(), contextlib.suppress(Exception):
            self._client.cancel([each.future for each in self._flying.values()], force=True)
            self._client.unregister_worker_plugin(self._name)

    def _introduce(self) -> None:
        self._scheduler = self._client.scheduler_info()["id"]
        self._client.subscribe_topic(self._name, self._hear)
        self._client.register_plugin(Host(self._name, self._settings, self._code, self._sign), name=self._name)

    def _connect_again(self) -> None:
        """Raises ConnectionError where the scheduler does not come back; where it goes again at once, the next `free`
        tries once more."""
        with contextlib.suppress(Exception):
            self._client.close(timeout=1)
        for number, flying in self._flying.items():
            if not flying.future.done():
                self.events.put(Ended(number, Lost(GONE)))
        self._connections += 1
        self._client = connect_again(self._address, self._say)
        with contextlib.suppress(OSError):
            self._introduce()
            self._lost = False

    def _seats(self, target: str) -> int:
        """As the scheduler has said in the last second."""
        when, seats = self._seen
        if time.monotonic() - when > PAUSE:
            info = self._client.scheduler_info(n_workers=-1)
            if info["id"] != self._scheduler:
                raise ConnectionError("the scheduler is another one, which knows nothing of this run")
            workers = info["workers"].values()
            names = {each: resource(each) for each in self._most}
            seats = {each: sum(worker["resources"].get(name, 0) for worker in workers) for each, name in names.items()}
            self._seen = time.monotonic(), seats
        return int(seats.get(target, 0))

    def _done(self, number: int, connection: int, future: Future[Any]) -> None:
        """Called in a thread of the client's; also for what `release` has cancelled, or a connection has lost."""
        flying = self._flying.get(number)
        if flying is not None and flying.future is future and connection == self._connections:
            self.events.put(Ended(number, self._answer(future)))

    def _answer(self, future: Future[Any]) -> Answer:
        if future.cancelled():
            self._lost = True
            return Lost(GONE)
        try:
            return cast("Answer", future.result())
        except BaseException as error:  # what Dask raises where it gives up a task, or cannot fetch its result
            return Lost(one_line(error))

    def _hear(self, event: tuple[float, list[Any]]) -> None:
        """What a worker tells, see `host.tell`; called in the client's thread."""
        kind, *rest = event[1]
        if kind == "told":
            self.events.put(Told(str(rest[0])))
            return
        number = int(rest[0])
        flying = self._flying.get(number)
        if flying is None:
            return
        if kind == "taken":
            self._taken(number, flying, str(rest[1]))
        elif kind == "moved":
            evaluation = Evaluation(int(rest[4]), int(rest[5]), rest[6]) if len(rest) > 4 else None
            self.events.put(Moved(number, Progress(int(rest[1]), int(rest[2]), float(rest[3]), evaluation)))
        elif kind == "said":
            self.events.put(Said(number, str(rest[1])))

    def _taken(self, number: int, flying: _Flying, worker: str) -> None:
        """Where a worker is lost, Dask by itself gives its tasks to others. How often a job is tried is not Dask's to
        say: the coordinator hears of it, and decides."""
        if flying.worker:
            self.events.put(Ended(number, Lost(f"the worker {flying.worker} left the cluster")))
        else:
            flying.worker = worker
            self.events.put(Started(number, 0))
