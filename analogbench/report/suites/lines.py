"""The panels of a figure and what is drawn in each: a line, bar or outline for every series and value of `by`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analogbench.grid.presentation import By, Figure, Series
from analogbench.grid.presentation_matching import Setting, belongs, having, lines, settings, shown_series
from analogbench.report.suites.gather import Gathered, Planned
from analogbench.report.suites.series import names


@dataclass(frozen=True)
class Line:
    """What is drawn in one look. value: of `by` as the legend calls it, empty for cells that have no such parameter."""

    series: str
    value: str
    cells: tuple[Planned, ...]
    setting: Setting

    @property
    def name(self) -> str:
        """As captions call it."""
        return ", ".join(filter(None, (self.series, self.value)))


@dataclass(frozen=True)
class Panel:
    """One panel. cells: all that belong to it."""

    title: str
    setting: Setting
    lines: tuple[Line, ...]

    @property
    def cells(self) -> list[Planned]:
        """Those of all lines, each once."""
        return list({id(cell): cell for line in self.lines for cell in line.cells}.values())


@dataclass(frozen=True)
class Layout:
    """A figure, sorted. series, values: all entries of the legend, in order."""

    figure: Figure
    panels: tuple[Panel, ...]
    series: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def lines(self) -> list[Line]:
        """Those of all panels."""
        return [line for panel in self.panels for line in panel.lines]

    @property
    def cells(self) -> list[Planned]:
        """Those of all panels, each once."""
        return list({id(cell): cell for panel in self.panels for cell in panel.cells}.values())


def layout(figure: Figure, gathered: Gathered) -> Layout:
    """Which cells are drawn where."""
    chosen = shown_series(figure, gathered.suite.series)
    cells = [cell for cell in gathered.cells if any(belongs(cell.params, series) for series in chosen)]
    parts = _named(figure.panels, cells)
    values = _named(figure.by, cells)
    panels = tuple(
        Panel(title, setting, tuple(_lines(chosen, values, figure.by, having(setting, cells), setting)))
        for title, setting in parts
    )
    return Layout(figure, panels, _entries(line.series for p in panels for line in p.lines), _order(values, panels))


def _named(by: By | None, cells: Sequence[Planned]) -> list[tuple[str, Setting]]:
    """The values that there are, with their names; one without a name where nothing is told apart."""
    found = settings(by.keys, cells) if by else []
    return list(zip(names(by, found), found, strict=True)) if by and found else [("", {})]


def _lines(
    chosen: Sequence[Series],
    values: Sequence[tuple[str, Setting]],
    by: By | None,
    cells: Sequence[Planned],
    panel: Setting,
) -> Iterator[Line]:
    settings_ = [setting for _, setting in values]
    for series in chosen:
        for number, own in lines(series, by, settings_, cells):
            name, setting = values[number] if number >= 0 else ("", {})
            yield Line(series.label, name, tuple(own), {**panel, **setting})


def _entries(texts: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _order(values: Sequence[tuple[str, Setting]], panels: Sequence[Panel]) -> tuple[str, ...]:
    """The names of values that some line has, in the order of the values."""
    there = {line.value for panel in panels for line in panel.lines}
    return tuple(name for name, _ in values if name and name in there)
