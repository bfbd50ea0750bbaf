"""The means of a figure: which cells' seeds each is taken over, their values, and what is missing from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analogbench.grid.presentation import Figure
from analogbench.grid.presentation_matching import Setting, differences, lacks, settings
from analogbench.grid.presentation_matching import points as sorted_points
from analogbench.records.record import Record
from analogbench.report.statistics import split
from analogbench.report.suites.gather import Planned
from analogbench.report.suites.lines import Layout, Line, Panel
from analogbench.report.suites.series import value_text
from analogbench.report.suites.values import as_metric, curve, final, weight_range
from analogbench.report.varying import symbol


@dataclass(frozen=True)
class Point:
    """Cells whose seeds are averaged. place: of a bar or a point of a sweep, empty for a whole line."""

    line: Line
    place: Setting
    cells: tuple[Planned, ...]

    @property
    def name(self) -> str:
        """As captions call it."""
        places = [value_text(v) if "." not in k else f"{symbol(k)} = {value_text(v)}" for k, v in self.place.items()]
        return ", ".join([self.line.name, *places])

    @property
    def mixed(self) -> str:
        """The settings that fall together here, as their differences; empty if only seeds do."""
        return mixed_settings(self.cells)

    def values(self, figure: Figure) -> list[float]:
        """The final values of the seeds that have one."""
        return [value for cell in self.cells if (value := value_of(cell.good, figure)) is not None]

    def groups(self, figure: Figure) -> list[list[Record]]:
        """The records with a value: in one group, or in two, the lower first, where a mean of all describes neither."""
        found = [(value, cell.good) for cell in self.cells if (value := value_of(cell.good, figure)) is not None]
        records = [record for _, record in found if record]
        values = [value for value, _ in found]
        metric = as_metric(records[0] if records else None, figure.value, figure.scale, figure.y.log)
        parts = split(values, metric)
        if parts is None:
            return [records] if records else []
        low = [value <= max(parts[0]) for value in values]
        return [[r for r, is_low in zip(records, low, strict=True) if is_low is side] for side in (True, False)]

    def is_split(self, figure: Figure) -> bool:
        """Whether the seeds fall into two groups."""
        return len(self.groups(figure)) > 1


def mixed_settings(cells: Sequence[Planned]) -> str:
    """What tells cells of the same seed apart; empty where there is one for each seed."""
    return differences(cells) if len({cell.cell.seed for cell in cells}) < len(cells) else ""


def value_of(record: Record | None, figure: Figure) -> float | None:
    """A record's final value, as the figure shows it; of curves, where that is no metric, the last point."""
    if record is None:
        return None
    found = final(record, figure.value, figure.last, figure.scale)
    return final(record, figure.value, 1, figure.scale) if found is None and figure.kind == "curves" else found


def points(panel: Panel, figure: Figure) -> list[Point]:
    """All means of a panel that stand for one setting each; no others are shown."""
    return [point for point in _every_point(panel, figure) if not point.mixed]


def mixed_points(layout: Layout) -> list[Point]:
    """What is not shown, since several settings fall together there."""
    every = [_titled(_every_point(panel, layout.figure), panel, layout.figure) for panel in layout.panels]
    return [point for found in every for point in found if point.mixed]


def _every_point(panel: Panel, figure: Figure) -> list[Point]:
    spots = places(panel, figure)
    return [
        Point(line, place, tuple(cells))
        for line in panel.lines
        for place, cells in sorted_points(figure, line.cells, spots)
    ]


def places(panel: Panel, figure: Figure) -> list[Setting]:
    """The values of `over` in a panel, in the order of the plan."""
    return settings((figure.over,), panel.cells)


def has_value(record: Record, figure: Figure) -> bool:
    """Whether a record that ended ok has what the figure shows."""
    if figure.kind == "histogram":
        return weight_range(record) is not None
    if figure.kind == "curves":
        return bool(curve(record, figure.value, figure.over, figure.scale)[0])
    return value_of(record, figure) is not None


def all_points(layout: Layout) -> list[Point]:
    """Those of all panels; what several panels show alike, such as digital training without τ, is in it once."""
    found = {
        (point.name, *map(id, point.cells)): point
        for panel in layout.panels
        for point in _titled(points(panel, layout.figure), panel, layout.figure)
    }
    return list(found.values())


def _titled(found: list[Point], panel: Panel, figure: Figure) -> Iterator[Point]:
    """The points with the panel's title in front of their names, where they differ between panels."""
    for point in found:
        line = point.line
        if panel.title and figure.panels and not all(lacks(figure.panels.keys, cell) for cell in point.cells):
            line = Line(f"{panel.title}, {line.series}", line.value, line.cells, line.setting)
        yield Point(line, point.place, point.cells)


def problems(layout: Layout) -> dict[tuple[str, str], dict[str, tuple[int, int]]]:
    """What is missing from the means: by status and reason, how many of how many seeds of each."""
    found: dict[tuple[str, str], dict[str, tuple[int, int]]] = defaultdict(dict)
    for point in all_points(layout):
        for cell in point.cells:
            problem = _problem(cell, layout.figure)
            if problem:
                found[problem][point.name] = (found[problem].get(point.name, (0, 0))[0] + 1, len(point.cells))
    return found


def _problem(cell: Planned, figure: Figure) -> tuple[str, str] | None:
    record = cell.record
    if record is None:
        return "not recorded", ""
    if record.status != "ok":
        return record.status, record.reason
    if not has_value(record, figure):
        return f"ended ok without {'weights' if figure.kind == 'histogram' else figure.value or 'a value'}", ""
    return None
