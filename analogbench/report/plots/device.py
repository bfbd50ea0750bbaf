"""A device: how far one pulse moves a weight, and where pulses up and down take it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogbench.probe.results import Array, Portrait, Responses, Trains
from analogbench.report.plots import style
from analogbench.report.plots.legend import legend_below
from analogbench.report.plots.looks import Look, handle, looks_of

HEIGHT = 3.4
SHOWN = 4
"""Crosspoints that are drawn one by one."""

QUANTILES = (0.05, 0.95)
LEAST_NOISE = 1e-3
"""In granularities; less is rounding."""

FEWEST = 0.5
"""Share of the crosspoints that must hold a weight for a step from there to be drawn."""


def device_figure(portrait: Portrait) -> Figure:
    """The response curves above the pulse response."""
    up, down, single = looks_of(["up", "down", "single"]).values()
    up, down, single = (Look(look.color, look.dashes, "") for look in (up, down, single))
    with style.styled():
        figure = style.new_figure(style.COLUMN, HEIGHT, style.plain(portrait.label))
        above, below = figure.subplots(2, 1)
        _responses(above, portrait.responses, up, down)
        _trains(below, portrait.trains, single)
        handles = [
            handle("q₊: step up", up),
            handle("q₋: step down", down),
            handle("median crosspoint", Look("#222222", "-", "")),
            handle("single ones", Look(single.color, "-", "")),
        ]
        legend_below(figure, handles, _caption(portrait))
    return figure


def _responses(axes: Axes, found: Responses, up: Look, down: Look) -> None:
    for steps, look in ((found.up, up), (found.down, down)):
        enough = (~np.isnan(steps)).mean(axis=1) >= FEWEST
        x, known = found.levels[enough], steps[enough]
        low, high = np.nanquantile(known, QUANTILES, axis=1) if len(known) else (x, x)
        axes.fill_between(x, low, high, **look.band())
        axes.plot(x, np.nanmedian(known, axis=1) if len(known) else x, **look.line())
    axes.axhline(0.0, color="#888888", linewidth=0.5)
    axes.set(xlabel="weight w", ylabel="step / granularity")


def _trains(axes: Axes, found: Trains, single: Look) -> None:
    """Wide band: the crosspoints, dtod; narrow band: cycle to cycle of one crosspoint."""
    own = found.weights.mean(axis=0)  # (P, N)
    low, high = np.quantile(own, QUANTILES, axis=1)
    middle, spread = np.median(own, axis=1), cycle_spread(found.weights)
    axes.fill_between(found.pulses, low, high, color="#222222", alpha=0.12, linewidth=0)
    axes.fill_between(found.pulses, middle - spread, middle + spread, color="#222222", alpha=0.35, linewidth=0)
    axes.plot(found.pulses, found.weights[0, :, :SHOWN], color=single.color, linewidth=0.5)
    axes.plot(found.pulses, middle, color="#222222")
    axes.axvline(found.up, color="#888888", linewidth=0.5)
    axes.set(xlabel=f"pulses: {found.up} up, then {found.up} down", ylabel="weight w")


def cycle_spread(weights: Array) -> Array:
    """(P,): the standard deviation over cycles, the root of its mean square over crosspoints. weights: (C, P, N)."""
    spread: Array = np.sqrt(weights.var(axis=0, ddof=1).mean(axis=1))
    return spread


def _caption(portrait: Portrait) -> str:
    """What the bands are, and what the scale is."""
    number = portrait.trains.weights.shape[2]
    noise = np.nanmean([portrait.responses.noise_up, portrait.responses.noise_down])
    parts = [
        f"granularity {portrait.granularity:.3g}",
        f"wide bands: 90 % of {number} crosspoints (device to device)",
        f"dark band: ± sd over {len(portrait.trains.weights)} cycles of a crosspoint",
        f"a single step scatters by {noise:.2g} granularities" if noise > LEAST_NOISE else "steps do not scatter",
    ]
    if not portrait.exact:
        parts.append("one pulse in the mean only")
    return "; ".join(parts)
