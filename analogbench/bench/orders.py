"""What the command and the processes that measure say to each other: JSON, a line each."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from analogbench.grid.cell import Cell


class Order(BaseModel):
    """What a process is to measure.

    kind: measure all that is to be known of the cell, or only step whenever it is told to. replicas: of the cell and of
    the baseline. reference_target: where the reference is trained, which may have no kernels for the GPU. seconds: for
    all rounds of the cell, and so many again for each of the others. threads: of each process. cores: to which the
    process keeps; empty for any. memory: bytes that may be filled; None leaves it to the process. bounded: whether to
    work out the least a step can take.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["measure", "serve"] = "measure"
    cell: Cell
    replicas: int
    target: str = "cpu"
    reference: Cell | None = None
    reference_target: str = "cpu"
    baseline: Cell | None = None
    seconds: float = 1.0
    rounds: int = 7
    threads: int = 1
    cores: tuple[int, ...] = ()
    memory: float | None = None
    bounded: bool = True


class Measured(BaseModel):
    """What came of an order. Lists have an element for each round; they are empty where there is nothing to measure.

    seconds: of a step of all replicas. steps: of a round. reference: seconds of a step of one replica of the reference.
    baseline: seconds of a step of as many replicas of the baseline. bound: the least seconds a step can take.
    bandwidth: bytes per second, of a block of memory as large as the arrays. throughput: operations per second of a
    matrix product. bytes, operations: that a step needs at least. device: the GPU's name. notes: what a reader must
    know.
    """

    model_config = ConfigDict(frozen=True)

    status: Literal["ok", "skipped", "failed"] = "ok"
    reason: str = ""
    seconds: tuple[float, ...] = ()
    steps: int = 0
    reference: tuple[float, ...] = ()
    baseline: tuple[float, ...] = ()
    bound: tuple[float, ...] = ()
    bandwidth: tuple[float, ...] = ()
    throughput: tuple[float, ...] = ()
    bytes: float = 0.0
    operations: float = 0.0
    device: str = ""
    notes: tuple[str, ...] = ()


class Ready(BaseModel):
    """A process that steps on demand has warmed up: how long a step of its replicas takes about."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ready"] = "ready"
    step_seconds: float
