"""Learning curves: the metric against the epoch, one panel for each device, the reference in all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analogbench.records.record import MetricInfo
from analogbench.report.frame import REFERENCE, Frame, is_reference, metric_of, succeeded
from analogbench.report.natural import natural
from analogbench.report.notes import axis_title
from analogbench.report.plots import style
from analogbench.report.plots.looks import REFERENCE_LOOK, Look, handle, looks_of
from analogbench.report.plots.panels import panels
from analogbench.report.plots.spread import caption, marks, metric_axis, over_seeds, stale_part, thinned
from analogbench.report.statistics import split

LOSS = "train_loss"
"""The column of a curve that is drawn where the curve does not hold the metric."""

MOST_FAILURES = 2
"""So many algorithms that failed are named above a panel."""

ROUNDING = 1e-4
"""Points of a curve are stored with fewer digits than final values."""


@dataclass(frozen=True)
class Curves:
    """What the panels of one figure share. points: of the curves, all of one quantity; places: of each cell's, by
    identity. x: "epoch" or "step"."""

    points: Frame
    places: Mapping[str, Any]
    x: str
    metric: MetricInfo
    is_metric: bool
    looks: dict[str, Look]

    @property
    def y_label(self) -> str:
        """Of the y axis."""
        return axis_title(self.metric) if self.is_metric else "training loss"

    def of(self, cells: Frame) -> Frame:
        """Median and range over the seeds of one line, in display units."""
        points = self.points.iloc[np.concatenate([self.places[one] for one in cells["identity"]])]
        return thinned(over_seeds(points, self.x, "number", self.metric.scale if self.is_metric else 1.0))


def curves_figure(cells: Frame, curves: Frame, title: str) -> Figure | None:
    """Draw one task, data set and budget; None if there is nothing to draw."""
    good = succeeded(cells)
    good = good[good["identity"].isin(curves["identity"])]
    reference = good[is_reference(good)]
    others = good if len(reference) == len(good) else good[~is_reference(good)]
    shared = _shared(others, curves[curves["identity"].isin(good["identity"])])
    if shared is None:
        return None
    goals = {} if len(reference) == len(good) else dict(list(reference.groupby("algorithm")))
    devices = sorted(others["device"].unique(), key=natural)
    with style.styled():
        handles = [handle(label, look) for label, look in shared.looks.items()]
        handles += [handle(f"{label}, {REFERENCE[1]}", REFERENCE_LOOK) for label in goals]
        figure = panels(len(devices), title)
        for axes, device in zip(figure.axes, devices, strict=True):
            here = others[others["device"] == device]
            lines = [(part, shared.looks[label]) for label, part in here.groupby("algorithm")]
            _panel(axes, [*lines, *((part, REFERENCE_LOOK) for part in goals.values())], shared)
            axes.set_title(_device_title(device, cells))
        figure.finish(handles, _caption(good, shared), shared.x, shared.y_label)
    return figure.figure


def _caption(cells: Frame, shared: Curves) -> str:
    rows = [list(part["value"]) for _, part in cells.groupby(["algorithm", "device"])]
    thin = "; thin: each seed, where they split" if any(split(values, shared.metric) for values in rows) else ""
    means = "; each point: mean since the last point" if _is_of_steps(cells, shared) else ""
    return caption([len(values) for values in rows]) + thin + means + stale_part(cells)


def _is_of_steps(cells: Frame, shared: Curves) -> bool:
    """Whether points are means over training steps: so is the loss, and a metric whose final value is no point."""
    if not shared.is_metric:
        return True
    last = shared.points.groupby("identity")["number"].last()
    values = cells.set_index("identity")["value"].reindex(last.index)
    return bool(((values - last).abs() > ROUNDING * last.abs()).any())


def _shared(cells: Frame, points: Frame) -> Curves | None:
    """What to draw: the metric if the curves have it, else the training loss, against epochs if these are not steps."""
    metric, there = metric_of(cells) if len(cells) else None, set(points["quantity"])
    quantity = next((name for name in (metric.key if metric else "", LOSS) if name in there), None)
    if metric is None or quantity is None:
        return None
    points = points[points["quantity"] == quantity]
    x = "epoch" if points["epoch"].nunique() > 2 and (points["epoch"] != points["step"]).any() else "step"
    looks = looks_of(sorted(cells["algorithm"].unique(), key=natural))
    return Curves(points, points.groupby("identity").indices, x, metric, quantity == metric.key, looks)


def _panel(axes: Axes, lines: Sequence[tuple[Frame, Look]], shared: Curves) -> None:
    """One device. lines: the cells of each line and its look."""
    for place, (cells, look) in enumerate(lines):
        table = shared.of(cells)
        if split(list(cells["value"]), shared.metric):
            for _, seed in cells.groupby("seed"):
                axes.plot("median", data=shared.of(seed), color=look.color, linewidth=0.6, alpha=0.7)
        else:
            axes.fill_between(table.index, table["min"], table["max"], **look.band())
        axes.plot(table.index, table["median"], **look.line(), markevery=marks(len(table), place, len(lines)))
    metric_axis(axes, shared.metric)
    axes.xaxis.set_major_locator(MaxNLocator(3, integer=True, steps=[1, 2, 5, 10]))


def _device_title(device: str, cells: Frame) -> str:
    """The device, and below it the algorithms whose line is missing because no seed of theirs ended ok."""
    here = cells[cells["device"] == device]
    missing = sorted(set(here["algorithm"]) - set(succeeded(here)["algorithm"]), key=natural)
    lines = [f"(failed: {label})" for label in missing[:MOST_FAILURES]]
    if len(missing) > MOST_FAILURES:
        lines.append(f"(and {len(missing) - MOST_FAILURES} more failed)")
    return "\n".join([style.panel_title(device), *lines])
