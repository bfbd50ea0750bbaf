"""The processes that measure, seen from the one that starts them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping

from pydantic import ValidationError

from analogbench.bench.orders import Measured, Order, Ready

Variables = Callable[[int], Mapping[str, str]]
"""The environment variables of a process that may use so many threads."""

REASON_LENGTH = 200


class ChildError(Exception):
    """A process could not do what it was told; the message says why, in one line."""


class Child:
    """One process. Its memory is clean when it starts and given back when it ends."""

    def __init__(self, order: Order, variables: Variables) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `close`
        self._process = subprocess.Popen(
            # -P: a file of the user's that is called as a package must not be imported for it
            [sys.executable, "-P", "-m", "analogbench.bench.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            env={**os.environ, **variables(order.threads)},
        )
        self.tell(order.model_dump_json())

    def tell(self, line: str) -> None:
        """Write a line to it. Its death shows when it is to answer."""
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            print(line, file=self._process.stdin, flush=True)

    def hear(self) -> str:
        """The next line that it writes. Raises ChildError if it has ended."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if line:
            return line
        raise ChildError(self._death())

    def close(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()
        self._log.close()

    def _death(self) -> str:
        code = self._process.wait()
        self._log.seek(0)
        said = self._log.read().decode(errors="replace").strip().splitlines()[-1:]
        how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
        if code == -signal.SIGKILL:
            how += " (the system kills so when memory runs out)"
        return ": ".join([f"the process ended with {how}", *said])[:REASON_LENGTH]


@contextlib.contextmanager
def children(orders: list[Order], variables: Variables) -> Iterator[list[Child]]:
    """A process for each order, all ended at the end."""
    started: list[Child] = []
    try:
        for order in orders:
            started.append(Child(order, variables))
        yield started
    finally:
        for child in started:
            child.close()


def measured(order: Order, variables: Variables) -> Measured:
    """Have an order carried out by a process of its own; what goes wrong there is part of the answer."""
    with children([order], variables) as (child,):
        try:
            return Measured.model_validate_json(child.hear())
        except ChildError as error:
            return Measured(status="failed", reason=str(error))


def ready(child: Child) -> float:
    """Wait until a process that steps on demand is warm: seconds of a step. Raises ChildError."""
    line = child.hear()
    try:
        return Ready.model_validate_json(line).step_seconds
    except ValidationError:
        raise ChildError(Measured.model_validate_json(line).reason) from None


def stepped(child: Child) -> float:
    """The seconds of the steps that it was told to make. Raises ChildError."""
    line = child.hear()
    try:
        return float(line)
    except ValueError:
        raise ChildError(Measured.model_validate_json(line).reason) from None
