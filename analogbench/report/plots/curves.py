"""Learning curves: the metric against the epoch, one panel for each device, the reference in all of them."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogbench.records.record import MetricInfo
from analogbench.report.frame import Frame, metric_of, succeeded
from analogbench.report.notes import axis_title
from analogbench.report.plots import style
from analogbench.report.plots.panels import finish, panels
from analogbench.report.plots.spread import caption, metric_axis, over_seeds, thinned
from analogbench.report.ranking import REFERENCE

LOSS = "train_loss"
"""The column of a curve that is drawn where the curve does not hold the metric."""

FEW_POINTS = 12
"""Up to so many points a line has a marker at each of them."""


def curves_figure(cells: Frame, curves: Frame, title: str) -> Figure | None:
    """Draw one task, data set and budget; None if there is nothing to draw."""
    metric, good = metric_of(cells), succeeded(cells)
    points = curves[curves["identity"].isin(good["identity"])]
    quantity = _quantity(points, metric)
    if metric is None or quantity is None:
        return None
    points = points[points["quantity"] == quantity]
    reference = _is_reference(good)
    solo = good[reference]
    others = good[~reference] if not good[~reference].empty else good
    devices = sorted(others["device"].unique())
    with style.styled():
        looks = style.looks(sorted(others["algorithm"].unique()))
        figure, axes, spare = panels(len(devices), title, len(looks) + 1)
        for axis, device in zip(axes, devices, strict=True):
            here = others[others["device"] == device]
            _panel(axis, points, here, solo, looks, (metric, quantity))
            axis.set_title(_device_title(device, cells))
        handles = [style.handle(label, look) for label, look in looks.items()]
        if not solo.empty and len(solo) < len(good):
            handles.append(style.handle(f"{solo['algorithm'].iloc[0]}, {solo['device'].iloc[0]}", style.REFERENCE_LOOK))
        seeds = list(good.groupby(["algorithm", "device"]).size())
        x, y = _x(points), axis_title(metric) if quantity == metric.key else "training loss"
        finish(figure, axes, spare, handles, caption(seeds, "band"), (x, y))
    return figure


def _quantity(points: Frame, metric: MetricInfo | None) -> str | None:
    there = set(points["quantity"])
    return next((name for name in (metric.key if metric else None, LOSS) if name in there), None)


def _is_reference(cells: Frame) -> Frame:
    return (cells["algorithm_name"] == REFERENCE[0]) & (cells["device_name"] == REFERENCE[1])


def _x(points: Frame) -> str:
    """Against epochs, unless a run has hardly more than one."""
    return "epoch" if points["epoch"].nunique() > 2 else "step"


def _panel(
    axes: Axes, points: Frame, cells: Frame, solo: Frame, looks: dict[str, style.Look], drawn: tuple[MetricInfo, str]
) -> None:
    """One device: cells of the algorithms on it. solo: cells of the reference. drawn: the metric, the curve's column."""
    metric, quantity = drawn
    scale = metric.scale if quantity == metric.key else 1.0
    lines = [(part, looks[label]) for label, part in cells.groupby("algorithm")]
    if not set(solo["identity"]) <= set(cells["identity"]):
        lines += [(part, style.REFERENCE_LOOK) for _, part in solo.groupby(["algorithm", "device"])]
    for part, look in lines:
        table = thinned(over_seeds(points[points["identity"].isin(part["identity"])], _x(points), "number", scale))
        axes.fill_between(
            table.index, table["min"], table["max"], color=look.color, alpha=style.BAND_ALPHA, linewidth=0
        )
        axes.plot(table.index, table["median"], **look.line(), markevery=_marks(len(table), look, looks))
    metric_axis(axes, metric)


def _marks(number: int, look: style.Look, looks: dict[str, style.Look]) -> tuple[int, int]:
    """Which points have a marker: about five, each line's at other places so that they do not cover each other."""
    if number <= FEW_POINTS:
        return 0, 1
    every = max(number // 5, 1)
    place = list(looks.values()).index(look) if look in looks.values() else 0
    return place * every // max(len(looks), 1), every


def _device_title(device: str, cells: Frame) -> str:
    """The device, and below it the algorithms whose line is missing because no seed of theirs ended ok."""
    here = cells[cells["device"] == device]
    fine = set(succeeded(cells)["algorithm"][lambda column: column.index.isin(here.index)])
    missing: Sequence[str] = sorted(set(here["algorithm"]) - fine)
    return style.panel_title(device) + "".join(f"\n(failed: {label})" for label in missing)
