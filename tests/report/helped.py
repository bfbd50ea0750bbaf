"""Work for helpers: processes that import this file by its name, from its folder."""

import os
import signal
import time


def process(_: int) -> int:
    time.sleep(0.01)
    return os.getpid()


def long_first(item: int) -> int:
    time.sleep(0.02 if item else 2.0)
    return os.getpid()


def slow(item: int) -> int:
    time.sleep(0.3)
    return item


def die_elsewhere(process: int) -> int:
    if os.getpid() != process:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return os.getpid()


def fail(item: int) -> int:
    raise OSError(28, f"no space for {item}")


def interrupt(process: int) -> None:
    time.sleep(0.2)
    if os.getpid() == process:
        raise KeyboardInterrupt
