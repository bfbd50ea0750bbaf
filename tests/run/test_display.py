"""Lines in a file, bars in a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from analogbench.engine.outcome import Progress
from analogbench.records.record import MetricInfo
from analogbench.run.display import Display, PlainDisplay, TerminalDisplay, make_display

METRIC = MetricInfo(key="accuracy", title="Accuracy", unit="%", scale=100)


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def play(display: Display) -> None:
    with display:
        display.started(1, "sgd[lr=1] × ideal × line seeds 0-1", 2, METRIC)
        display.moved(1, Progress(0, 4))
        display.moved(1, Progress(3, 4, 0.5))
        display.started(2, "tiki-taka × ideal × line seeds 0-1", 2, METRIC)
        display.dropped(2, "tiki-taka[lr=1]: crashed")
        display.finished(1, "sgd[lr=1]: ok " + "long " * 40, 2)
        display.note("a note [bold]as it is[/bold]")


def test_a_file_gets_one_whole_line_for_each_end() -> None:
    file = io.StringIO()
    display = make_display(4, Console(file=file, width=40))
    assert isinstance(display, PlainDisplay)
    play(display)
    assert file.getvalue().splitlines() == [
        "[0/4] tiki-taka[lr=1]: crashed",
        "[2/4] sgd[lr=1]: ok " + "long " * 40,
        "a note [bold]as it is[/bold]",
    ]


def test_a_file_gets_no_bars_even_if_colours_are_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = io.StringIO()
    display = make_display(4, Console(file=file, width=40))
    play(display)
    assert len(file.getvalue().splitlines()) == 3
    assert "\x1b" not in file.getvalue()


def test_a_terminal_gets_the_same_lines_and_bars() -> None:
    file = Screen()
    display = make_display(4, Console(file=file, width=160, force_terminal=True))
    assert isinstance(display, TerminalDisplay)
    play(display)
    text = file.getvalue()
    assert "[2/4] sgd[lr=1]: ok long" in text
    assert "a note [bold]as it is[/bold]" in text


def test_a_long_title_leaves_room_for_the_rest() -> None:
    display = TerminalDisplay(4, Console(file=io.StringIO(), width=80, force_terminal=True))
    display.started(1, "analog-sgd × softbounds × least-squares seeds 0-2", 2, METRIC)
    assert display._bars.tasks[1].description == "analog-sgd × softbounds × lea…"


def test_epochs_of_jobs_in_flight_count_towards_all_cells() -> None:
    display = TerminalDisplay(4, Console(file=io.StringIO(), width=160, force_terminal=True))
    display.started(1, "sgd", 2, METRIC)
    display.moved(1, Progress(3, 4, 0.5))
    overall, job = display._bars.tasks
    assert (overall.completed, overall.total) == (1.5, 4)
    assert (job.completed, job.total, job.fields["state"]) == (3, 4, "epoch 3/4 50 %")
    display.finished(1, "sgd: ok", 2)
    assert [(task.completed, task.fields["state"]) for task in display._bars.tasks] == [(2, "2/4")]
