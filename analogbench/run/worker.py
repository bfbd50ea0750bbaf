"""What runs in a worker process: one job after the other, each answered with plain data, whatever it raises."""

from __future__ import annotations

import contextlib
import faulthandler
import functools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from analogbench.api.observer import Evaluation
from analogbench.engine.outcome import Outcome, Progress, WeightCounts
from analogbench.grid.jobs import Job
from analogbench.importing import import_for_good
from analogbench.run.checkpoints.file import Header
from analogbench.run.checkpoints.keeper import FileKeeper
from analogbench.run.edited import check_unedited
from analogbench.run.failure import describe
from analogbench.run.foresight import Predict, too_large
from analogbench.run.messages import Began, Done, Failure, Moved, Said, Settings, Started, TooLarge

if TYPE_CHECKING:
    from analogbench.registry import Registry

Train = Callable[[Job, "Registry", str, Callable[[Progress], None], "FileKeeper | None"], list[Outcome]]

REPORT_EVERY = 0.1
"""Seconds between two progress messages: an epoch of a small task takes a millisecond."""

LOG = 2
"""The descriptor of stderr, which goes to the worker's log together with stdout."""


def work(settings: Settings, number: int, job: Job) -> Done | Failure | TooLarge:
    """Train `job` in a worker process."""
    link = _connect(settings)
    with contextlib.suppress(OSError):  # by its name: a plugin may have put something else into the place of stderr
        os.truncate(log_of(settings.address, os.getpid()), 0)  # it holds the present job only, however much it prints
    return answer(settings, number, job, link.send)


def answer(settings: Settings, number: int, job: Job, send: Callable[[Any], None]) -> Done | Failure | TooLarge:
    """Train `job` if it fits into memory, and tell by `send` how far it is.

    Never raises: an exception that cannot be unpickled would break the pool through which it is sent.
    """
    registry: Registry | None = None
    try:
        send(Started(number, os.getpid()))
        registry = _registry(settings.load)
        if settings.code_read is not None:
            check_unedited(job, registry, settings.code_read)
        if settings.predict:
            predict = cast("Predict", _resolve(settings.predict))
            if refusal := too_large(settings, job, registry, predict):
                return refusal
        train = cast("Train", _resolve(settings.train))
        _pin(settings.threads)
        send(Began(number))
        keeper = _keeper(settings, job, lambda text: send(Said(number, text)))
        outcomes = train(job, registry, settings.target, _Reporter(send, number, settings.observed), keeper)
        if len(outcomes) != len(job.cells):
            raise RuntimeError(f"outcomes from the engine: {len(outcomes)}, cells: {len(job.cells)}")
        return Done(tuple(_plain(outcome) for outcome in outcomes), _facts(settings))
    except BaseException as error:  # a SystemExit that a plugin raises ends its job, not the worker
        failure = describe(error, registry)
        # A failed CUDA call spoils all later ones of its process, and lost memory is sure to come back only at its end.
        spoilt = failure.status == "oom" or (settings.target == "cuda" and failure.status != "skipped")
        return replace(failure, facts=_facts(settings), spoilt=spoilt)


def _keeper(settings: Settings, job: Job, say: Callable[[str], None]) -> FileKeeper | None:
    """What keeps the state of `job`; None where nothing is to be kept."""
    if not settings.checkpoints:
        return None
    header = Header(job.identities, settings.target, version("torch"))
    return FileKeeper(Path(settings.checkpoints), header, settings.checkpoint_every, say)


class _Reporter:
    """Sends a job's progress to the coordinator, the first of many messages that come at once; where the run is
    observed, all evaluations."""

    def __init__(self, send: Callable[[Any], None], number: int, observed: bool = False) -> None:
        self._send, self._number, self._observed, self._next = send, number, observed, 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        evaluation = _plain_evaluation(progress.evaluation) if self._observed else None
        if evaluation is not None or now >= self._next:
            self._next = now + REPORT_EVERY
            numbers = int(progress.epoch), int(progress.epochs), float(progress.metric)
            self._send(Moved(self._number, Progress(*numbers, evaluation)))


@functools.cache
def _connect(settings: Settings) -> Connection:
    """The first job of a process sets the process up: its own socket to the coordinator, and its output into a log.

    Its own, not a shared queue: a worker that is killed may hold a shared queue's lock for ever.
    """
    log = os.open(log_of(settings.address, os.getpid()), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, LOG):  # what a plugin prints would tear the coordinator's display apart
        os.dup2(log, standard)
    os.close(log)
    faulthandler.enable(file=LOG)  # says where a segmentation fault was
    faulthandler.register(signal.SIGUSR1, file=LOG, all_threads=True)
    link = Client(settings.address, family="AF_UNIX")
    os.register_at_fork(after_in_child=link.close)  # the end of the socket tells of this process, not of its children
    threading.Thread(target=_end_with_coordinator, args=(link,), daemon=True).start()
    return link


def log_of(address: str, pid: int) -> Path:
    """Where the worker with the process id `pid` writes what it prints."""
    return Path(address).with_name(f"worker-{pid}.log")


def _end_with_coordinator(link: Connection) -> None:
    """The coordinator sends nothing, so an end of file is its death: a worker left behind would train for nobody."""
    try:
        link.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


@functools.cache
def _registry(load: str) -> Registry:
    return cast("Registry", _resolve(load)())


def _resolve(name: str) -> Callable[..., Any]:
    """The function that "module:function" names."""
    module, _, function = name.partition(":")
    return cast("Callable[..., Any]", getattr(import_for_good(module), function))


def _pin(threads: int) -> None:
    """Tell torch, if anything imported it, in case it did not heed the environment that the coordinator set."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(threads)


def _facts(settings: Settings) -> dict[str, Any]:
    facts: dict[str, Any] = {"target": settings.target, "threads": settings.threads}
    return facts | (_cuda_facts() if settings.target == "cuda" else {})


@functools.cache
def _cuda_facts() -> dict[str, Any]:
    """The GPU's name, CUDA and the driver; empty where torch cannot say."""
    from analogbench.records.machine import nvidia_driver

    try:
        import torch

        return {"device": torch.cuda.get_device_name(), "cuda": torch.version.cuda, "driver": nvidia_driver()}
    except Exception:
        return {}


def _plain(outcome: Outcome) -> Outcome:
    """The same outcome in Python's own numbers: a tensor among them would make the coordinator import torch."""
    return Outcome(
        status=outcome.status,
        reason=str(outcome.reason),
        traceback=str(outcome.traceback),
        data_label=str(outcome.data_label),
        metrics={str(key): float(value) for key, value in outcome.metrics.items()},
        curve={str(key): [float(value) for value in column] for key, column in outcome.curve.items()},
        steps=int(outcome.steps),
        pulses=float(outcome.pulses),
        job_seconds=float(outcome.job_seconds),
        implementation=outcome.implementation,
        weights=tuple(_plain_counts(counts) for counts in outcome.weights),
    )


def _plain_evaluation(evaluation: Evaluation | None) -> Evaluation | None:
    if evaluation is None:
        return None
    values = {str(name): [float(value) for value in row] for name, row in evaluation.values.items()}
    return Evaluation(int(evaluation.step), int(evaluation.epoch), values)


def _plain_counts(counts: WeightCounts) -> WeightCounts:
    numbers = [int(number) for number in counts.counts]
    return WeightCounts(int(counts.layer), float(counts.low), float(counts.high), numbers)
