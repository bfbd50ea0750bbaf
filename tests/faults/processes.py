"""Runs of the command line as processes that can be killed, and the processes that they start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

DEADLINE = 240.0
"""Seconds after which a run counts as hung."""


@dataclass
class Run:
    """A run of `analogbench run` in a process group of its own. output: what it has printed, once it has ended.
    log: the file where it prints; beside the results if none is given."""

    arguments: Sequence[str]
    results: Path
    environment: dict[str, str] = field(default_factory=dict)
    output: str = ""
    log: Path = field(default=Path())

    def __post_init__(self) -> None:
        program = str(Path(sys.executable).with_name("analogbench"))
        command = [program, "run", *self.arguments, "--results", str(self.results)]
        self.log = self.log if self.log.name else self.results.with_suffix(".log")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | self.environment,
                start_new_session=True,
            )

    def wait(self, seconds: float = DEADLINE) -> int:
        """The exit code; −1 for a run that hangs, which is killed."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = -1
        self.output = self.log.read_text(errors="replace")
        return code

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def workers(self) -> list[psutil.Process]:
        """The processes that train, by their command line: pebble starts them by `spawn`."""
        try:
            children = psutil.Process(self.process.pid).children(recursive=True)
            return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        except psutil.Error:
            return []

    def kill_worker(self, choose: int) -> bool:
        """SIGKILL to a worker; whether there was one."""
        workers = self.workers()
        if not workers:
            return False
        try:
            workers[choose % len(workers)].kill()
        except psutil.Error:
            return False
        return True

    def send(self, number: signal.Signals) -> bool:
        """Send the coordinator a signal; whether it still ran."""
        if not self.running():
            return False
        self.process.send_signal(number)
        return True


def left_behind(processes: Sequence[psutil.Process], seconds: float = 20.0) -> list[psutil.Process]:
    """Which of `processes` still run after so many seconds; they are killed."""
    end = time.monotonic() + seconds
    alive = list(processes)
    while alive and time.monotonic() < end:
        time.sleep(0.1)
        alive = [each for each in alive if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    for each in alive:
        each.kill()
    return alive
