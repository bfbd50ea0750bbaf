"""The progress bar of a download."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn


class Bar:
    """Shows on a terminal how the download of a set goes; elsewhere it says only that it waits."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._console = Console(stderr=True)
        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        text = TextColumn("{task.description}", markup=False)
        quiet = not self._console.is_terminal
        self._progress = Progress(text, *columns, console=self._console, transient=True, disable=quiet)
        self._task = self._progress.add_task(f"{name}: checking", total=None)

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def waiting(self) -> None:
        """Another process is fetching."""
        line = f"{self._name}: waiting for another process that fetches into the same folder"
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def coming(self, source: str, done: int, total: int) -> None:
        """done: bytes that have come from a source, of `total`."""
        self._progress.update(self._task, description=f"{self._name}: {source}", completed=done, total=total)

    def checking(self) -> None:
        """All has come."""
        self._progress.update(self._task, description=f"{self._name}: checking")
