"""Stand-ins for the engine, run in real worker processes. Which cells go wrong depends on their seeds: BAD ones do."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from analogbench.api import Evaluation, Params
from analogbench.engine.outcome import Outcome, Progress
from analogbench.errors import DataMissingError, PluginError
from analogbench.grid.jobs import Job
from analogbench.registry import Registry

BAD = 1

Report = Callable[[Progress], None]


def succeed(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    for epoch in range(1, 4):
        report(Progress(epoch, 3, 0.5))
    return [_good(cell.seed) for cell in job.cells]


def evaluating(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    """Reports the points of the curve that its outcomes have, and says so much that some messages come late."""
    for step in range(1, 301):
        values = {"loss": [cell.seed + 1 / step for cell in job.cells]}
        report(Progress(step, 300, 0.5, Evaluation(step, step, values)))
    steps = [float(step) for step in range(1, 301)]
    return [
        replace(_good(c.seed), curve={"step": steps, "epoch": steps, "loss": [c.seed + 1 / s for s in steps]})
        for c in job.cells
    ]


def _good(seed: int) -> Outcome:
    curve = {"step": [1.0, 2.0], "epoch": [1.0, 2.0], "loss": [0.5, 0.25]}
    return Outcome("ok", metrics={"loss": 0.25 + seed}, curve=curve, steps=2, pulses=10.0, job_seconds=3.0)


def _failing(how: Callable[[], object]) -> Callable[[Job, Registry, str, Report], list[Outcome]]:
    def train(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
        if any(cell.seed == BAD for cell in job.cells):
            how()
        return succeed(job, registry, target, report)

    return train


class UnpicklableError(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__("no way back")
        self.lock = threading.Lock()


def _raise(error: BaseException) -> Callable[[], object]:
    def how() -> None:
        raise error

    return how


def _shout() -> None:
    for _ in range(3000):
        os.write(1, b"o" * 1000 + b"\n")
        os.write(2, b"e" * 1000 + b"\n")
    print("last words", file=sys.stderr, flush=True)
    os._exit(7)


raising = _failing(_raise(ValueError("too bad\nin two lines")))
unpicklable = _failing(_raise(UnpicklableError(1, 2)))
exiting = _failing(_raise(SystemExit(4)))
interrupted = _failing(_raise(KeyboardInterrupt()))
plugin_error = _failing(_raise(PluginError("rule half: update() changed the shape")))
data_missing = _failing(_raise(DataMissingError("LINE is not here: fetch it")))
out_of_memory = _failing(_raise(MemoryError()))
dying = _failing(lambda: os._exit(3))
vanishing = _failing(lambda: os._exit(0))
killed = _failing(lambda: os.kill(os.getpid(), signal.SIGKILL))
noisy = _failing(_shout)


def large(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    if len(job.cells) > 2:
        raise MemoryError("more than two")
    return succeed(job, registry, target, report)


class Need:
    """1 GB for each replica."""

    def of(self, replicas: int) -> int:
        return replicas * 10**9

    def fits(self, allowed: int) -> int:
        return max(0, allowed // 10**9)


def predict(job: Job, registry: Registry, target: str) -> Need:
    return Need()


def stub_registry() -> SimpleNamespace:
    """All that a prediction asks of a registry: which parameters can be stacked."""
    entry = SimpleNamespace(value=SimpleNamespace(Params=Params))
    return SimpleNamespace(get=lambda kind, name: entry)


def diverging(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    return [Outcome("diverged", "loss is NaN") if cell.seed == BAD else _good(cell.seed) for cell in job.cells]


def too_few(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    return succeed(job, registry, target, report)[1:]


def environment(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    assert "torch" not in sys.modules
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    numbers = {name: float(os.environ[name]) for name in names} | {"pid": float(os.getpid()), "loss": 0.0}
    return [Outcome("ok", metrics=numbers) for _ in job.cells]


def no_registry() -> Registry:
    """Loads in no time; the workers of these tests need no plugins."""
    return Registry(cast("Any", None), {}, {}, {}, {}, {}, ())


def hanging(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    """Writes its process id beside its argument, then trains for ever if it has the bad cell."""
    if any(cell.seed == BAD for cell in job.cells):
        Path(os.environ["FAKE_PID_FILE"]).write_text(str(os.getpid()))
        report(Progress(1, 2, 0.5))
        threading.Event().wait()
    return succeed(job, registry, target, report)


def keeping(job: Job, registry: Registry, target: str, report: Report, keeper: Any) -> list[Outcome]:
    """Keeps its state after each of three epochs. The first attempt stops for good after the second; the next tells in
    its loss where it began."""
    start = (keeper.load() or {"epoch": 0})["epoch"]
    for epoch in range(start + 1, 4):
        keeper.save({"epoch": epoch})
        report(Progress(epoch, 3, 0.5))
        if (start, epoch) == (0, 2):
            threading.Event().wait()
        time.sleep(0.2)  # so that the next report is sent
    return [_good(100 * start + cell.seed) for cell in job.cells]


def counting(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    """Writes down whom it trains, a line for each cell."""
    with Path(os.environ["FAKE_PID_FILE"]).open("a") as file:
        file.write("".join(f"{cell.seed}\n" for cell in job.cells))
    return succeed(job, registry, target, report)


def locking(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    """Keeps the interpreter's lock for ever if it has the bad cell, so that nothing in the process can end it."""
    if any(cell.seed == BAD for cell in job.cells):
        re.match(r"(a+)+$", "a" * 64 + "b")
    return succeed(job, registry, target, report)


def greedy(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    """Takes memory for ever if it has the bad cell: 20 MB at a time, and 2 GB at most."""
    held = []
    if any(cell.seed == BAD for cell in job.cells):
        for _ in range(100):
            held.append(b"x" * 20_000_000)
            time.sleep(0.02)
        threading.Event().wait()
    return succeed(job, registry, target, report)


ORPHANING = """
import subprocess, sys
process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
open(sys.argv[1], "w").write(str(process.pid))
"""


def leaving(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    """Starts a process that starts another, in a session of its own, and ends: its parent is then init."""
    subprocess.run([sys.executable, "-c", ORPHANING, os.environ["FAKE_PID_FILE"]], check=True)
    return succeed(job, registry, target, report)


def finishing(job: Job, registry: Registry, target: str, report: Report, keeper: Any) -> list[Outcome]:
    """Tells in its loss at which epoch it began."""
    start = (keeper.load() or {"epoch": 0})["epoch"]
    return [_good(100 * start + cell.seed) for cell in job.cells]


def told(job: Job, registry: Registry, target: str, report: Report, keeper: Any) -> list[Outcome]:
    """Tells in its loss how often it was told to keep its state; 0 stands for never."""
    return [_good(0 if keeper is None else int(keeper._every)) for _ in job.cells]


def hanging_aloud(job: Job, registry: Registry, target: str, report: Report, keeper: object = None) -> list[Outcome]:
    """Makes a file that is called as its process, and trains for ever."""
    Path(os.environ["FAKE_PIDS"], str(os.getpid())).touch()
    report(Progress(1, 2, 0.5))
    threading.Event().wait()
    raise AssertionError


killing_its_worker = _failing(lambda: os.kill(os.getppid(), signal.SIGKILL))
