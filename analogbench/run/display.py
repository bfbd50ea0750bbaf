"""What a run shows while it lasts: bars in a terminal, a line for each job elsewhere."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from analogbench.engine.outcome import Progress
from analogbench.records.record import MetricInfo
from analogbench.run.wording import metric_text

BAR, STATE, TIME = 16, 26, 8
"""Columns of the terminal for a job's bar, for its epoch and metric, and for the time left; its title gets the rest."""


class Display(ABC):
    """A context manager; jobs are known by their numbers."""

    @abstractmethod
    def started(self, number: int, title: str, cells: int, metric: MetricInfo) -> None:
        """A worker trains the job."""

    @abstractmethod
    def moved(self, number: int, progress: Progress) -> None:
        """The job has come as far as `progress`."""

    @abstractmethod
    def finished(self, number: int, text: str, cells: int) -> None:
        """The job's cells are recorded. text: how they ended."""

    @abstractmethod
    def dropped(self, number: int, text: str) -> None:
        """The job ended without a record and is tried again in another way."""

    @abstractmethod
    def note(self, text: str) -> None:
        """Show one line."""

    @abstractmethod
    def __enter__(self) -> Display:
        """Start to show."""

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop to show."""


def make_display(cells: int, console: Console) -> Display:
    """Bars where `console` is a terminal, plain lines where it is a file. cells: how many the run has."""
    # FORCE_COLOR, which CI sets, makes rich take a file for a terminal.
    bars = console.is_terminal and console.file.isatty()
    return TerminalDisplay(cells, console) if bars else PlainDisplay(cells, console)


class PlainDisplay(Display):
    """A line for each job that ends: `[12/78] analog-sgd × softbounds × mnist-fcn seeds 0-2: ok accuracy 88 %`."""

    def __init__(self, cells: int, console: Console) -> None:
        """cells: how many the run has."""
        self._cells, self._done, self._console = cells, 0, console

    def started(self, number: int, title: str, cells: int, metric: MetricInfo) -> None:
        """Nothing: in a file only ends are worth a line."""

    def moved(self, number: int, progress: Progress) -> None:
        """Nothing."""

    def finished(self, number: int, text: str, cells: int) -> None:
        """Print the line."""
        self._done += cells
        self.note(f"[{self._done}/{self._cells}] {text}")

    def dropped(self, number: int, text: str) -> None:
        """Print why."""
        self.note(f"[{self._done}/{self._cells}] {text}")

    def note(self, text: str) -> None:
        """Print `text` as it is: a label such as sgd[lr=1] must not be taken for markup, nor be broken into lines."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def __enter__(self) -> PlainDisplay:
        """Nothing to start."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to stop."""


@dataclass
class _Line:
    """A job in flight. fraction: how much of it is done."""

    bar: TaskID
    cells: int
    metric: MetricInfo
    fraction: float = 0.0


class TerminalDisplay(Display):
    """A bar over all cells, one for each job in flight, and above them the lines of the jobs that have ended."""

    def __init__(self, cells: int, console: Console) -> None:
        """cells: how many the run has."""
        self._plain = PlainDisplay(cells, console)
        self._done, self._lines = 0, dict[int, _Line]()
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(BAR),
            TextColumn("{task.fields[state]}", markup=False),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
            speed_estimate_period=600,
        )
        self._cells = cells
        self._all = self._bars.add_task("all cells", total=cells, state="")

    def started(self, number: int, title: str, cells: int, metric: MetricInfo) -> None:
        """Add the job's bar."""
        room = max(self._bars.console.width - BAR - STATE - TIME, 20)
        shown = title if len(title) <= room else f"{title[: room - 1]}…"
        self._lines[number] = _Line(self._bars.add_task(shown, total=None, state="starting"), cells, metric)

    def moved(self, number: int, progress: Progress) -> None:
        """Move the job's bar, and the bar over all cells by the job's share of it."""
        line = self._lines[number]
        line.fraction = progress.epoch / max(progress.epochs, 1)
        state = f"epoch {progress.epoch}/{progress.epochs}"
        if not math.isnan(progress.metric):
            state += f" {metric_text(progress.metric, line.metric)}"
        self._bars.update(line.bar, completed=progress.epoch, total=progress.epochs, state=state)
        self._show_all()

    def finished(self, number: int, text: str, cells: int) -> None:
        """Replace the job's bar by its line."""
        self._remove(number)
        self._done += cells
        self._plain.finished(number, text, cells)
        self._show_all()

    def dropped(self, number: int, text: str) -> None:
        """Replace the job's bar by its line; its cells are still to come."""
        self._remove(number)
        self._plain.dropped(number, text)
        self._show_all()

    def note(self, text: str) -> None:
        """Print `text` above the bars."""
        self._plain.note(text)

    def __enter__(self) -> TerminalDisplay:
        """Draw the bars, and again ten times a second."""
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe the bars; the lines stay."""
        self._bars.stop()

    def _remove(self, number: int) -> None:
        self._bars.remove_task(self._lines.pop(number).bar)

    def _show_all(self) -> None:
        flying = sum(line.cells * line.fraction for line in self._lines.values())
        self._bars.update(self._all, completed=self._done + flying, state=f"{self._done}/{self._cells}")
