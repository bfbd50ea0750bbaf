"""The coordinator's end of the sockets over which workers tell where their jobs are."""

from __future__ import annotations

import contextlib
import pickle
import tempfile
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any

from analogbench.run.messages import Gone, Started

LONGEST_FOLDER = 60
"""A socket's path has 108 bytes at most; a temporary folder deeper than this is not used."""


class Link:
    """Puts every message of every worker into `events`. A context manager: the socket lives as long as the context.

    address: where workers connect. Each has a connection, and here a thread, of its own, so that a worker that is
    killed in the middle of a message spoils nobody else's.
    """

    def __init__(self) -> None:
        """Open the socket."""
        self.events: SimpleQueue[Any] = SimpleQueue()
        deep = len(tempfile.gettempdir()) > LONGEST_FOLDER
        self._folder = tempfile.TemporaryDirectory(prefix="analogbench-", dir="/tmp" if deep else None)
        self.address = str(Path(self._folder.name) / "progress")
        self._listener = Listener(self.address, family="AF_UNIX", backlog=64)
        self._closing = False
        self._thread = Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Link:
        """Start to listen."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close and remove the socket, and the logs beside it."""
        self._closing = True
        with contextlib.suppress(OSError):
            Client(self.address, family="AF_UNIX").close()  # wakes the thread, which blocks in accept()
        self._thread.join()
        self._listener.close()
        self._folder.cleanup()

    def _accept(self) -> None:
        while True:
            connection = self._listener.accept()
            if self._closing:
                connection.close()
                return
            Thread(target=self._receive, args=(connection,), daemon=True).start()

    def _receive(self, connection: Connection) -> None:
        """Until the worker ends, in whatever way."""
        last: Started | None = None
        with connection, contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                event = connection.recv()
                last = event if isinstance(event, Started) else last
                self.events.put(event)
        if last is not None:
            self.events.put(Gone(last.number))
