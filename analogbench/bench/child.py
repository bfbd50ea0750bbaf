"""A process that measures: `python -m analogbench.bench.child`, with an order on stdin and answers on stdout."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import IO, TYPE_CHECKING

from analogbench.bench.orders import Measured, Order, Ready
from analogbench.errors import UnavailableError

if TYPE_CHECKING:
    from pydantic import BaseModel


def main() -> None:
    """Read one order and carry it out."""
    answers = _own_output()
    order = Order.model_validate_json(sys.stdin.readline())
    if order.cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, order.cores)  # before anything starts threads
    try:
        _carry_out(order, answers)
    except BaseException as error:  # of a plugin, even a SystemExit: the parent is to read why
        from analogbench.bench.measure import reason

        missing = isinstance(error, UnavailableError)
        _say(answers, Measured(status="skipped" if missing else "failed", reason=reason(error)))


def _carry_out(order: Order, answers: IO[str]) -> None:
    from analogbench.bench.measure import measure
    from analogbench.registry import load

    registry = load()
    if order.kind == "serve":
        from analogbench.bench.measure import as_in_training
        from analogbench.bench.stepping import walk_of

        as_in_training()
        walk = walk_of(order.cell, order.replicas, order.target, registry)
        _say(answers, Ready(step_seconds=walk.warm_up(max(2.0, order.seconds))))
        for line in sys.stdin:
            print(walk.timed(int(line)), file=answers, flush=True)
    else:
        threading.Thread(target=_end_with_parent, daemon=True).start()
        _say(answers, measure(order, registry))


def _own_output() -> IO[str]:
    """The standard output, kept for answers: what plugins print goes to stderr."""
    kept = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return kept


def _say(answers: IO[str], answer: BaseModel) -> None:
    print(answer.model_dump_json(), file=answers, flush=True)


def _end_with_parent() -> None:
    """Nothing else comes, so an end of file is the parent's death: nobody would read the answer."""
    with contextlib.suppress(OSError):
        sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
