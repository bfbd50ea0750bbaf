"""What a worker of a cluster needs to train a run's jobs. Dask hands it to every worker, also to late ones."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

from distributed import Status, Worker, WorkerPlugin, get_worker

from analogbench.api.observer import Evaluation
from analogbench.data.location import BY_OPTION
from analogbench.grid.jobs import Job
from analogbench.records.machine import has_nvidia_driver, machine
from analogbench.registry import DISABLE
from analogbench.run.cluster.agreement import code_on_disk, differences
from analogbench.run.cluster.place import Place
from analogbench.run.foresight import shared
from analogbench.run.messages import Answer, Done, Event, Failure, Moved, Said, Settings
from analogbench.uninstalled import PLUGINS

COUNT = "import torch; print(torch.cuda.device_count())"

PASSED_ON = (DISABLE, PLUGINS, BY_OPTION)
"""Variables of the command's environment that hold for what the workers train, too."""


def resource(target: str) -> str:
    """What Dask calls a place for a job on `target`, "cpu" or "cuda"."""
    return f"analogbench-{target}"


def gpus() -> list[str]:
    """The GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them. torch is asked in another process."""
    if not has_nvidia_driver():
        return []
    answer = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=False)
    count = int(answer.stdout) if answer.stdout.strip().isdecimal() else 0
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    return (visible.split(",") if visible else [str(number) for number in range(count)])[:count]


def passed_on() -> dict[str, str]:
    """What of this process's environment the workers' jobs get. Where data sets lie only if the command line says so:
    each machine may have its own place for them."""
    names = (*PASSED_ON, "ANALOGBENCH_DATA") if os.environ.get(BY_OPTION) else PASSED_ON
    return {name: os.environ[name] for name in names if os.environ.get(name)}


@dataclass(frozen=True)
class Seats:
    """How many jobs a worker trains at once: one on each GPU, one for so many threads of the rest."""

    cpu: int
    cuda: int

    def of(self, target: str) -> int:
        """How many of a target."""
        return self.cuda if target == "cuda" else self.cpu


def seats_of(threads: int, each: int, devices: int) -> Seats:
    """threads: of the worker. each: of a job. devices: the worker's GPUs, whose jobs keep a thread busy each."""
    left = (threads - devices) // each
    return Seats(max(left, 0 if devices else 1), devices)


def look(dask_worker: Worker) -> dict[str, Any]:
    """What a worker has: its code, its threads, its GPUs."""
    return {"code": code_on_disk(), "threads": dask_worker.state.nthreads, "gpus": gpus()}


class Host(WorkerPlugin):
    """The places of one worker for one run. As a Dask plugin it is pickled and set up on each worker."""

    def __init__(self, name: str, settings: Settings, code: Mapping[str, str], sign: str) -> None:
        """name: of the run. code: what `code_facts` says where the command runs. sign: a file that only those see who
        see the results directory."""
        self.name, self._settings, self._code, self._sign = name, settings, code, sign
        self._variables = passed_on()
        self._places: dict[str, list[Place]] = {}

    async def setup(self, worker: Worker) -> None:
        """Say how many jobs may run here: none where the code is another."""
        facts = await asyncio.to_thread(look, worker)
        differing = differences(self._code, facts["code"])
        devices = [] if differing else facts["gpus"]
        seats = Seats(0, 0) if differing else seats_of(facts["threads"], self._settings.threads, len(devices))
        if differing:
            tell(worker, self.name, "told", f"{worker.address} is not used: {'; '.join(differing)}")
        self._free: dict[str, SimpleQueue[Place]] = {"cpu": SimpleQueue(), "cuda": SimpleQueue()}
        self._places = {target: self._make(worker, target, seats, devices) for target in ("cpu", "cuda")}
        for target, places in self._places.items():
            for place in places:
                self._free[target].put(place)
        await worker.set_resources(**{resource(target): seats.of(target) for target in ("cpu", "cuda")})
        _announce(worker)

    async def teardown(self, worker: Worker) -> None:
        """End all processes."""
        for place in (place for places in self._places.values() for place in places):
            await asyncio.to_thread(place.close)

    def train(self, number: int, job: Job, target: str, worker: Worker) -> Answer:
        """Train a job in a free place, of which there is one: Dask has counted them."""
        tell(worker, self.name, "taken", number, worker.address)
        place = self._free[target].get()
        try:
            answer = place.train(
                number, job, partial(_pass_on, worker, self.name), partial(_runs, worker, worker.get_current_task())
            )
        finally:
            self._free[target].put(place)
        return replace(answer, facts=answer.facts | machine()) if isinstance(answer, Done | Failure) else answer

    def _make(self, worker: Worker, target: str, seats: Seats, devices: list[str]) -> list[Place]:
        limit = self._settings.memory or worker.memory_manager.memory_limit
        settings = replace(self._settings, memory=limit if target == "cpu" else self._settings.memory)
        if settings.code_read is not None:
            settings = replace(settings, code_read=0.0)  # clocks differ: each process compares the code itself
        if settings.checkpoints and not Path(self._sign).exists():
            settings = replace(settings, checkpoints="")
            tell(worker, self.name, "told", f"{worker.address} does not see the results: its jobs have no checkpoints")
        own = shared(settings, target, max(1, seats.of(target)))
        chosen = [{"CUDA_VISIBLE_DEVICES": device} for device in devices] if target == "cuda" else [{}] * seats.cpu
        return [Place(own, self._variables | variables) for variables in chosen]


def train_there(name: str, number: int, job: Job, target: str) -> Answer:
    """The task that Dask places on a worker: train `job` there."""
    worker = get_worker()
    host = cast("Host", worker.plugins[name])
    return host.train(number, job, target, worker)


def tell(worker: Worker, topic: str, *message: str | float | dict[str, list[float]]) -> None:
    """Send plain data to the command."""
    worker.log_event(topic, list(message))


def _announce(worker: Worker) -> None:
    """A scheduler looks for workers for tasks that nobody could take when a worker begins to run, not when it gets
    resources: those of a worker that has come in the place of a lost one would be seen by later tasks alone."""
    if worker.status == Status.running:
        worker.status = Status.paused
        worker.status = Status.running


def _pass_on(worker: Worker, topic: str, event: Event) -> None:
    if isinstance(event, Moved):
        progress = event.progress
        where = progress.epoch, progress.epochs, progress.metric
        tell(worker, topic, "moved", event.number, *where, *_plain(progress.evaluation))
    elif isinstance(event, Said):
        tell(worker, topic, "said", event.number, event.text)


def _plain(evaluation: Evaluation | None) -> tuple[int, int, dict[str, list[float]]] | tuple[()]:
    """What msgpack takes."""
    if evaluation is None:
        return ()
    return evaluation.step, evaluation.epoch, {name: list(row) for name, row in evaluation.values.items()}


def _runs(worker: Worker, key: Any) -> bool:
    """Whether Dask still wants the task: not where it was cancelled, or where the command has gone."""
    task = worker.state.tasks.get(key)
    return task is not None and task.state == "executing"
