"""What coordinator and workers say to each other: plain data, whose unpickling can neither fail nor import torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from analogbench.engine.outcome import Outcome, Progress
from analogbench.grid.cell import Status


@dataclass(frozen=True)
class Settings:
    """What a worker has to know besides its job; the same for all jobs of a run.

    target: "cpu" or "cuda". threads: how many a worker may use. train, load: "module:function", how a job is trained
    and how the registry is loaded; resolved in the worker. address: the coordinator's socket; the workers' logs lie
    beside it. predict: "module:function", how the memory that a job needs is predicted; empty where nothing is.
    memory: bytes that all workers of a target may use together; None stands for most of what is free. sharers: how many
    workers the target has. timeout: seconds of training for each cell of a job. worker_memory: bytes that one worker
    may use, with all that is started in it. checkpoints: a folder for the states of jobs; empty where there are
    to be none. checkpoint_every: seconds between two of them. code_read: when the coordinator read the code of
    which it computed identities, in seconds since the epoch; None stands for code that nobody can edit. observed:
    whether every evaluation is to be told.
    """

    target: str = "cpu"
    threads: int = 1
    train: str = "analogbench.engine.train:train"
    load: str = "analogbench.registry:load"
    address: str = ""
    predict: str = ""
    memory: int | None = None
    sharers: int = 1
    timeout: float | None = None
    worker_memory: int | None = None
    checkpoints: str = ""
    checkpoint_every: float = 60.0
    code_read: float | None = None
    observed: bool = False


@dataclass(frozen=True)
class Started:
    """Job `number` has begun in process `pid`."""

    number: int
    pid: int


@dataclass(frozen=True)
class Began:
    """Job `number` has everything imported, and begins to train."""

    number: int


@dataclass(frozen=True)
class Moved:
    """Job `number` has come as far as `progress`, with what was evaluated if the run is observed."""

    number: int
    progress: Progress


@dataclass(frozen=True)
class Said:
    """Job `number` has something to tell the user: one line."""

    number: int
    text: str


@dataclass(frozen=True)
class Gone:
    """The process in which job `number` was the last to begin has ended: its connection is closed."""

    number: int


@dataclass(frozen=True)
class Done:
    """A job came to its end: one outcome for each cell. facts: about the worker, for the provenance."""

    outcomes: tuple[Outcome, ...]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """A whole job failed. reason: one line. traceback: its last lines. spoilt: the worker should not be used again."""

    status: Status
    reason: str
    traceback: str = ""
    spoilt: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TooLarge:
    """A job was not begun, since it would not fit into memory. fits: the most replicas that do, 0 if there are none."""

    fits: int
    reason: str


@dataclass(frozen=True)
class Lost:
    """A worker process is gone, and probably not by the job's fault."""

    reason: str


Answer = Done | Failure | TooLarge | Lost


@dataclass(frozen=True)
class Ended:
    """Job `number` is over, one way or the other."""

    number: int
    answer: Answer


@dataclass(frozen=True)
class Told:
    """Something to tell the user that is about no job: one line."""

    text: str


Event = Started | Began | Moved | Said | Gone | Ended
"""What may become known of job `number`."""
