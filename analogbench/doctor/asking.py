"""The parent's side: ask child processes, all at the same time, none for longer than a time limit."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from analogbench.doctor.child import LONGEST

GRACE = 5.0
"""Seconds to wait for a killed child: one that hangs inside a driver or a dead file system never ends."""


@dataclass(frozen=True)
class Answer:
    """What a child said. failure: one line; empty where the probe came to its end."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""


def ask(questions: Sequence[Sequence[str]], timeout: float) -> list[Answer]:
    """The answers to questions, each the name of a component's module and arguments of its probe."""
    deadline = time.monotonic() + timeout
    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(_child(question)) for question in questions]
        return [child.answer(deadline, timeout) for child in children]


@dataclass(frozen=True)
class _Child:
    """A running child, what it says, and what it or a library writes to stderr."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]
    stderr: IO[bytes]

    def answer(self, deadline: float, timeout: float) -> Answer:
        """Wait for the child's end or for the deadline."""
        try:
            code: int | None = self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.kill()
            code = None
        facts, failure = _read(self.said)
        if failure is None:
            failure = _late(timeout) if code is None else _death(code, self.stderr)
        return Answer(facts, failure)

    def kill(self) -> None:
        """End the child if it is still there."""
        self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)


@contextlib.contextmanager
def _child(question: Sequence[str]) -> Iterator[_Child]:
    """Start a child; it is killed when the context ends, also by Ctrl-C."""
    command = [sys.executable, *_flags(), "-m", "analogbench.doctor.child", *question]
    # Files, not pipes: a pipe fills up while another child is waited for, or is held open by a grandchild.
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as stderr:
        child = _Child(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=stderr), said, stderr)
        try:
            yield child
        finally:
            child.kill()


def _flags() -> list[str]:
    """Make the child import from where this process does: not from the current folder, and with the same isolation."""
    isolation = {"-E": sys.flags.ignore_environment, "-s": sys.flags.no_user_site}
    return ["-P", *(flag for flag, is_set in isolation.items() if is_set)]


def _read(said: IO[bytes]) -> tuple[dict[str, Any], str | None]:
    """The facts and the failure; None for the failure where the child ended too early to tell."""
    facts: dict[str, Any] = {}
    failure: str | None = None
    said.seek(0)
    for line in said.read().decode(errors="replace").splitlines():
        try:
            content = json.loads(line)
        except ValueError:  # printed before the child could take its standard output for itself, or cut off
            continue
        if isinstance(content, dict):
            facts |= content
        elif isinstance(content, str):
            failure = content
    return facts, failure


def _late(timeout: float) -> str:
    return f"no answer within {timeout:g} s; if the disk is slow, try a longer --timeout"


def _death(code: int, stderr: IO[bytes]) -> str:
    """How a child ended that could not tell, and its last words."""
    stderr.seek(0)
    lines = [" ".join(line.split()) for line in stderr.read().decode(errors="replace").splitlines()]
    words = next((line for line in reversed(lines) if any(map(str.isalnum, line))), "")
    how = f"ended by {_signal_name(-code)}" if code < 0 else f"ended with exit code {code}"
    return f"{how}: {words[:LONGEST]}" if words else how


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return f"signal {number}"
