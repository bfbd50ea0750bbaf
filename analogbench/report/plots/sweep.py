"""The final metric against a parameter that the experiment varied: one line for each combination of everything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import offset_copy

from analogbench.records.record import MetricInfo
from analogbench.report.frame import Frame, is_reference, metric_of, succeeded
from analogbench.report.natural import Key, natural
from analogbench.report.notes import axis_title
from analogbench.report.plots import style
from analogbench.report.plots.looks import REFERENCE_LOOK, Look, handle, looks_of
from analogbench.report.plots.panels import panels
from analogbench.report.plots.spread import caption, metric_axis, over_seeds, stale_part, value_axis
from analogbench.report.statistics import LARGEST
from analogbench.report.varying import axis_name, is_numeric, levels, part_columns, varying

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


def sweeps(cells: Frame, title: str) -> Iterator[tuple[str, Callable[[], Figure | None]]]:
    """What draws the figure of each varied number of one task, data set and budget, if there is anything to draw, with
    the parameter's name, as `device.tau`."""
    columns = varying(cells)
    for x in columns:
        if is_numeric(cells, x):
            yield x, partial(sweep_figure, cells, x, [column for column in columns if column != x], title)


def sweep_figure(cells: Frame, x: str, others: Sequence[str], title: str) -> Figure | None:
    """Draw the metric against the parameter `x`. others: the parameters that tell the lines apart."""
    metric, parts = metric_of(cells), _lines(cells, x, others)
    settings = sorted({line.setting for line in parts if not line.reference}, key=natural)
    good = succeeded(cells)
    if metric is None or good[x].nunique() < 2 or not settings:
        return None
    together = len(parts) <= MOST_LINES
    with style.styled():
        looks = _looks(list(parts), together)
        figure = panels(1 if together else len(settings), title)
        for axis, setting in zip(figure.axes, [""] if together else settings, strict=True):
            here = {line: part for line, part in parts.items() if together or _belongs(line, setting, parts)}
            _panel(axis, here, x, metric, {line: looks[line.label(together)] for line in here})
            value_axis(axis, sorted(cells[x].dropna().unique()))
            axis.set_title("" if together else style.panel_title(setting))
        handles = [handle(label, look) for label, look in looks.items()]
        figure.finish(handles, _caption(parts, good, x), axis_name(x), axis_title(metric))
    return figure.figure


def _lines(cells: Frame, x: str, others: Sequence[str]) -> dict[Line, Frame]:
    """The cells of each line. Cells without the parameter `x` are left out, but for those of the reference."""
    reference = is_reference(cells)
    cells, reference = cells[reference | cells[x].notna()], reference[reference | cells[x].notna()]
    several = cells[~reference]["device_name"].nunique() > 1
    rules = _named(cells["algorithm_name"], levels(cells, part_columns(others, "algorithm")))
    names = cells["device_name"] if several else [""] * len(cells)
    places = _named(names, levels(cells, part_columns(others, "device")))
    tasks = levels(cells, part_columns(others, "task"))
    lines = [
        Line(rule, "" if goal else place, task, bool(goal))
        for rule, place, task, goal in zip(rules, places, tasks, reference, strict=True)
    ]
    return {line: cells[[other == line for other in lines]] for line in sorted(set(lines), key=_order)}


def _order(line: Line) -> tuple[bool, Key, Key, Key]:
    return line.reference, natural(line.rule), natural(line.device), natural(line.task)


def _named(names: Sequence[str], details: Sequence[str]) -> list[str]:
    """`name[a=1]`, `name` or `a=1`."""
    pairs = zip(names, details, strict=True)
    return [f"{name}[{detail}]" if name and detail else name or detail for name, detail in pairs]


def _looks(lines: Sequence[Line], together: bool) -> dict[str, Look]:
    """The look of each entry of the legend: colour and marker tell the rule, dashes the setting."""
    own = [line for line in lines if not line.reference]
    rules = list(dict.fromkeys(line.rule for line in own))
    settings = list(dict.fromkeys(line.setting for line in own)) if together else [""]
    by_rule = len(rules) > 1
    looks = looks_of(rules if by_rule else list(dict.fromkeys(line.label(together) for line in own)))
    found = {}
    for line in own:
        look = looks[line.rule if by_rule else line.label(together)]
        mixed = by_rule and len(settings) > 1
        found[line.label(together)] = look.variant(settings.index(line.setting)) if mixed else look
    return found | _reference_looks(lines, together)


def _reference_looks(lines: Sequence[Line], together: bool) -> dict[str, Look]:
    labels = dict.fromkeys(line.label(together) for line in lines if line.reference)
    return {label: REFERENCE_LOOK.variant(i) if i else REFERENCE_LOOK for i, label in enumerate(labels)}


def _belongs(line: Line, setting: str, lines: Iterable[Line]) -> bool:
    """Whether a line is drawn in the panel of a setting; the reference is in all panels of its task."""
    if not line.reference:
        return line.setting == setting
    return any(other.setting == setting and other.task == line.task for other in lines if not other.reference)


def _panel(axes: Axes, parts: Mapping[Line, Frame], x: str, metric: MetricInfo, looks: Mapping[Line, Look]) -> None:
    """Draw the lines of one panel against the parameter `x`."""
    failed: dict[float, list[Look]] = defaultdict(list)
    for line, cells in parts.items():
        good, look = succeeded(cells), looks[line]
        if cells[x].isna().all():
            _across(axes, good["value"] * metric.scale, look)
            continue
        table = over_seeds(good, x, "value", metric.scale)
        median = table["median"].to_numpy()
        bars = np.stack([median - table["min"].to_numpy(), table["max"].to_numpy() - median])
        axes.errorbar(table.index.to_numpy(float), median, yerr=bars, capsize=1.5, elinewidth=0.7, **look.line())
        for place in sorted(set(cells[x].dropna()) - set(good[x])):
            failed[place].append(look)
    _failures(axes, failed)
    metric_axis(axes, metric)


def _failures(axes: Axes, failed: Mapping[float, Sequence[Look]]) -> None:
    """A cross on the bottom edge, where no value lies, wherever no seed of a line ended ok; side by side if several."""
    for place, looks in failed.items():
        for i, look in enumerate(looks):
            shift = 5.0 * (i - (len(looks) - 1) / 2)
            edge = offset_copy(axes.get_xaxis_transform(), axes.get_figure(root=True), x=shift, units="points")
            axes.plot([place], [0.0], "x", color=look.color, transform=edge, clip_on=False, zorder=5)


def _across(axes: Axes, values: Frame, look: Look) -> None:
    """A reference that does not have the parameter."""
    values = values[values.abs() < LARGEST]
    if not values.empty:
        axes.axhspan(values.min(), values.max(), **look.band())
        axes.axhline(values.median(), color=look.color, linestyle=look.dashes)


def _caption(parts: Mapping[Line, Frame], good: Frame, x: str) -> str:
    seeds, holes = [], False
    for cells in parts.values():
        numbers = cells[cells.index.isin(good.index)].groupby(x).size()
        seeds += list(numbers)
        holes |= len(numbers) < cells[x].nunique()
    return caption(seeds) + ("; ×: all seeds failed" if holes else "") + stale_part(good)
