"""A Dask scheduler with two workers as processes that can be killed and started again, and a wire that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

WORKERS = 2


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class DaskProcesses:
    """The cluster's processes. address: the scheduler's, the same after a restart."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._port = folder, free_port()
        self.address = f"tcp://127.0.0.1:{self._port}"
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """The scheduler, and the workers beside it."""
        common = ("--no-dashboard",)
        self._launch("scheduler", "--host", "127.0.0.1", "--port", str(self._port), *common)
        for _ in range(WORKERS):
            self._launch("worker", self.address, "--nthreads", "1", "--no-nanny", *common)
        self._await()

    def kill(self) -> None:
        """SIGKILL to the scheduler; workers that have lost it end by themselves, these are not waited for."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
        self._processes.clear()

    def _launch(self, *words: str) -> None:
        command = [sys.executable, "-m", "dask", *words]
        environment = os.environ | {"DASK_LOGGING__DISTRIBUTED": "error"}
        with (self._folder / "dask.log").open("ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=self._folder
            )
        self._processes.append(process)

    def _await(self, seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1.0):
                return
            time.sleep(0.1)
        sys.exit("the Dask scheduler does not start")


@contextlib.contextmanager
def dask_processes(folder: Path) -> Iterator[DaskProcesses]:
    """A cluster that runs as long as the context."""
    cluster = DaskProcesses(folder)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.kill()


class Wire:
    """Passes on what is sent to `port`, until it is cut; new connections are then made as before."""

    def __init__(self, port: int) -> None:
        self._to, self.port = port, free_port()
        self._loop = asyncio.new_event_loop()
        self._ends: list[asyncio.StreamWriter] = []
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait()

    def cut(self) -> None:
        """Break all connections."""
        self._loop.call_soon_threadsafe(self._break)

    def _break(self) -> None:
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._connect, "127.0.0.1", self.port))
        self._ready.set()
        self._loop.run_forever()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, here = await asyncio.open_connection("127.0.0.1", self._to)
        self._ends += [writer, here]
        with contextlib.suppress(OSError):
            await asyncio.gather(self._pass(reader, here), self._pass(there, writer))

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(1 << 16):
            sink.write(data)
            await sink.drain()
        sink.close()
