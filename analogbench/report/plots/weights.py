"""Densities of the trained weights: one panel for each device, one outline for each algorithm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogbench.records.record import Record
from analogbench.report.frame import REFERENCE, Frame, is_reference, succeeded
from analogbench.report.natural import natural
from analogbench.report.plots import style
from analogbench.report.plots.looks import REFERENCE_LOOK, Look, handle, looks_of
from analogbench.report.plots.panels import panels
from analogbench.report.plots.spread import stale_part
from analogbench.report.suites.values import Array, density, usable, weight_range

BINS = 60

TAIL = 0.001
"""Of the weights, so many may lie outside of what is drawn on either side: one stray weight must not hide the rest."""


def weights_figure(cells: Frame, records: Mapping[str, Record], title: str) -> Figure | None:
    """Draw one task, data set and budget; None if no record has weights. records: by identity."""
    good = succeeded(cells)
    weighed = [bool((record := records.get(one)) and record.weights) for one in good["identity"]]
    good = good[weighed] if weighed else good
    reference = is_reference(good)
    own = good[~reference] if not reference.all() else good
    bins = _bins([records[one] for one in good["identity"]])
    if own.empty or bins is None:
        return None
    looks = looks_of(sorted(own["algorithm"].unique(), key=natural))
    goals = {} if reference.all() else dict(list(good[reference].groupby("algorithm")))
    devices = sorted(own["device"].unique(), key=natural)
    with style.styled():
        figure = panels(len(devices), title)
        for axes, device in zip(figure.axes, devices, strict=True):
            for label, part in own[own["device"] == device].groupby("algorithm"):
                _outline(axes, _shares(part, records, bins), bins, looks[label], fill=True)
            for part in goals.values():
                _outline(axes, _shares(part, records, bins), bins, REFERENCE_LOOK, fill=False)
            axes.set_title(style.panel_title(device))
        handles = [handle(label, _bare(look)) for label, look in looks.items()]
        handles += [handle(f"{label}, {REFERENCE[1]}", _bare(REFERENCE_LOOK)) for label in goals]
        figure.finish(handles, _caption(good), "trained weight", "density")
    return figure.figure


def _bins(records: Sequence[Record]) -> Array | None:
    """Edges over the range in which nearly all weights lie; None where there are none."""
    ranges = [ends for record in records if (ends := weight_range(record))]
    if not ranges:
        return None
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    if not (usable(low) and usable(high) and high > low):
        return None
    fine = np.linspace(low, high, 20 * BINS + 1)
    shares = [found for record in records if (found := density(record, fine)) is not None]
    reached = np.cumsum(np.mean(shares, axis=0)) * (fine[1] - fine[0])
    first, last = np.searchsorted(reached, [TAIL, 1 - TAIL])
    return np.linspace(fine[first], fine[min(last + 1, len(fine) - 1)], BINS + 1)


def _outline(axes: Axes, shares: Sequence[Array], bins: Array, look: Look, *, fill: bool) -> None:
    """The mean density over the seeds."""
    if shares:
        share = np.mean(shares, axis=0)
        if fill:
            axes.stairs(share, bins, fill=True, **look.band())
        axes.stairs(share, bins, color=look.color, linestyle=look.dashes, linewidth=1.0)


def _shares(cells: Frame, records: Mapping[str, Record], bins: Array) -> list[Array]:
    return [found for one in cells["identity"] if (found := density(records[one], bins)) is not None]


def _bare(look: Look) -> Look:
    return Look(look.color, look.dashes, "")


def _caption(cells: Frame) -> str:
    seeds = cells.groupby(["algorithm", "device"]).size()
    number = f"{seeds.min()}" if seeds.min() == seeds.max() else f"{seeds.min()} to {seeds.max()}"
    many = "one seed" if seeds.max() == 1 else f"mean of {number} seeds"
    return f"all layers, {many}; {TAIL:.1%} of the weights beyond either edge" + stale_part(cells)
