"""A connection to a Dask cluster: made, checked, and made again after the scheduler was gone."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any

from distributed import Client, LocalCluster

from analogbench.errors import UsageError
from analogbench.run.cluster.agreement import differences
from analogbench.run.cluster.host import Seats, look, seats_of

TIMEOUT = 10.0
"""Seconds until a scheduler that does not answer counts as not there."""

PATIENCE = 300.0
"""Seconds for which a scheduler that has been there is looked for."""

PAUSE = 1.0
"""Seconds between two looks at a cluster that has no workers."""


def one_line(error: BaseException) -> str:
    """The error's type and text."""
    return " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")


def connect(address: str) -> Client:
    """A client of the scheduler at `address`. Raises UsageError where there is none."""
    try:
        return Client(address, timeout=TIMEOUT, set_as_default=False)
    except Exception as error:
        raise UsageError(f"no Dask scheduler at {address!r} (such as tcp://host:8786): {one_line(error)}") from error


def connect_again(address: str, say: Callable[[str], None]) -> Client:
    """As `connect`, for as long as PATIENCE lasts. Raises ConnectionError."""
    say(f"the Dask scheduler at {address} is gone; looking for it for {PATIENCE / 60:.0f} min")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(UsageError):
            client = connect(address)
            say(f"the Dask scheduler at {address} is back")
            return client
        time.sleep(PAUSE)
    raise ConnectionError(f"the Dask scheduler at {address} did not come back")


def local_cluster(workers: int, threads: int) -> LocalCluster:
    """A cluster of processes on this machine, whose workers are started again when they die."""
    quiet = {"dashboard_address": ":0", "silence_logs": logging.CRITICAL}
    return LocalCluster(n_workers=workers, threads_per_worker=threads, processes=True, **quiet)


def wait_for_workers(client: Client, say: Callable[[str], None]) -> None:
    """Until the cluster has a worker: a batch system may give it one in an hour."""
    said = False
    while not client.scheduler_info(n_workers=-1)["workers"]:
        if not said:
            say("the cluster has no workers yet: waiting for one")
            said = True
        time.sleep(PAUSE)


def checked_seats(client: Client, code: dict[str, str], threads: int) -> list[Seats]:
    """The seats of each worker, for jobs of so many threads. Raises UsageError where a worker's code differs from
    `code`."""
    seats, wrong = [], []
    for address, answer in client.run(look, on_error="return").items():
        problems = _problems(answer, code)
        if problems:
            wrong.append(f"{address}: {', '.join(problems)}")
        else:
            seats.append(seats_of(answer["threads"], threads, len(answer["gpus"])))
    if wrong:
        raise UsageError(f"workers of the cluster do not have what this command has: {'; '.join(wrong)}")
    return seats


def _problems(answer: Any, code: dict[str, str]) -> list[str]:
    if isinstance(answer, BaseException):
        return [f"analogbench cannot be used there ({one_line(answer)})"]
    return differences(code, answer["code"])
