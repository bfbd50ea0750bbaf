"""The final metric against a parameter that the experiment varied: one line for each combination of everything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogbench.records.record import MetricInfo
from analogbench.report.frame import Frame, metric_of, succeeded
from analogbench.report.notes import axis_title
from analogbench.report.plots import style
from analogbench.report.plots.panels import finish, panels
from analogbench.report.plots.spread import caption, metric_axis, over_seeds, value_axis
from analogbench.report.ranking import REFERENCE
from analogbench.report.varying import is_numeric, levels, part_columns, varying

MOST_LINES = 8
"""Lines that can be told apart in one panel; with more, every device and task setting gets its own."""


@dataclass(frozen=True)
class Line:
    """What tells one line from another. device: empty for the reference, which belongs to all of them."""

    rule: str
    device: str
    task: str
    reference: bool

    @property
    def setting(self) -> str:
        """Where the rule was run, as far as that differs."""
        return ", ".join(filter(None, (self.device, self.task)))

    def label(self, with_setting: bool) -> str:
        """The entry in the legend."""
        return ", ".join(filter(None, (self.rule, self.setting if with_setting else "")))


def sweep_figures(cells: Frame, title: str) -> Iterator[tuple[str, Figure]]:
    """A figure for each varied number of one task, data set and budget, with the parameter's name, as `device.tau`."""
    columns = varying(cells)
    for x in columns:
        if is_numeric(cells, x):
            figure = sweep_figure(cells, x, [column for column in columns if column != x], title)
            if figure is not None:
                yield x, figure


def sweep_figure(cells: Frame, x: str, others: Sequence[str], title: str) -> Figure | None:
    """Draw the metric against the parameter `x`. others: the parameters that tell the lines apart."""
    metric, parts = metric_of(cells), _lines(cells, x, others)
    settings = sorted({line.setting for line in parts if not line.reference})
    good = succeeded(cells)
    if metric is None or good[x].nunique() < 2 or not settings:
        return None
    together = len(parts) <= MOST_LINES
    with style.styled():
        looks = _looks(list(parts), together)
        figure, axes, spare = panels(1 if together else len(settings), title, len(looks))
        for axis, setting in zip(axes, [""] if together else settings, strict=True):
            here = {line: part for line, part in parts.items() if together or _belongs(line, setting, parts)}
            _panel(axis, here, (x, metric), {line: looks[line.label(together)] for line in here})
            value_axis(axis, sorted(cells[x].dropna().unique()))
            axis.set_title("" if together else style.panel_title(setting))
        handles = [style.handle(label, look) for label, look in looks.items()]
        finish(figure, axes, spare, handles, _caption(parts, good, x), (style.parameter(x), axis_title(metric)))
    return figure


def _lines(cells: Frame, x: str, others: Sequence[str]) -> dict[Line, Frame]:
    """The cells of each line. Cells without the parameter `x` are left out, but for those of the reference."""
    reference = (cells["algorithm_name"] == REFERENCE[0]) & (cells["device_name"] == REFERENCE[1])
    cells, reference = cells[reference | cells[x].notna()], reference[reference | cells[x].notna()]
    several = cells[~reference]["device_name"].nunique() > 1
    rules = _named(cells["algorithm_name"], levels(cells, part_columns(others, "algorithm")))
    places = _named(cells["device_name"] if several else [""] * len(cells), levels(cells, part_columns(others, "device")))
    tasks = levels(cells, part_columns(others, "task"))
    lines = [
        Line(rule, "" if is_reference else place, task, is_reference)
        for rule, place, task, is_reference in zip(rules, places, tasks, reference, strict=True)
    ]
    return {line: cells[[other == line for other in lines]] for line in sorted(set(lines), key=_order)}


def _order(line: Line) -> tuple[bool, str, str, str]:
    return line.reference, line.rule, line.device, line.task


def _named(names: Sequence[str], details: Sequence[str]) -> list[str]:
    """`name[a=1]`, `name` or `a=1`."""
    return [f"{name}[{detail}]" if name and detail else name or detail for name, detail in zip(names, details, strict=True)]


def _looks(lines: Sequence[Line], together: bool) -> dict[str, style.Look]:
    """The look of each entry of the legend: the colour tells the rule, the dashes tell the setting."""
    rules = list(dict.fromkeys(line.rule for line in lines if not line.reference))
    settings = list(dict.fromkeys(line.setting for line in lines))
    by_setting = together and len(settings) > 1
    if by_setting and len(rules) == 1:
        colors = style.looks([line.label(True) for line in lines])
        return {label: style.REFERENCE_LOOK if line.reference else colors[label]
                for line in lines for label in [line.label(True)]}
    colors = style.looks(rules) if by_setting or len(rules) > 1 else style.looks(rules)
    looks = {}
    for line in lines:
        look = style.REFERENCE_LOOK if line.reference else colors[line.rule]
        looks[line.label(together)] = look.variant(settings.index(line.setting)) if by_setting and not line.reference else look
    return looks
