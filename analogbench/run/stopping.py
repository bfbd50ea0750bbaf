"""Signals that end a run: SIGTERM and a terminal that closes end it as cleanly as Ctrl-C does."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

TERMINATING = (signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """The process was told to end by the signal `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def exit_code(interrupt: BaseException | None) -> int:
    """The exit code that tells of the signal behind a KeyboardInterrupt: 130 for Ctrl-C."""
    return 128 + (interrupt.number if isinstance(interrupt, Stopped) else signal.SIGINT)


@contextlib.contextmanager
def signals_raised() -> Iterator[None]:
    """Meanwhile SIGTERM and SIGHUP raise Stopped, except where they are ignored, as `nohup` makes SIGHUP."""
    numbers = [number for number in TERMINATING if signal.getsignal(number) == signal.SIG_DFL]
    with _handling(_stop, numbers):
        yield


@contextlib.contextmanager
def interrupts_ignored() -> Iterator[None]:
    """A second Ctrl-C must not leave processes behind while the first one's are being stopped."""
    with _handling(signal.SIG_IGN, [signal.SIGINT, *TERMINATING]):
        yield


def _stop(number: int, _: object) -> None:
    raise Stopped(number)


@contextlib.contextmanager
def _handling(handler: Any, numbers: list[signal.Signals]) -> Iterator[None]:
    """Nothing outside the main thread, which alone can set signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
