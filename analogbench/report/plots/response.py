"""A measured pulse response and the device that was fitted to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from analogbench.report.plots import style
from analogbench.report.plots.looks import looks_of

HEIGHT = 4.4
_SIDES = ("up", "down")
_MOST = 4000
"""Points that are drawn; more would only be blacker."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Side:
    """One direction, in weights. weights, steps, errors: means of bins with standard errors, of steps from which is
    taken by how much their device's fit differs from the mean one. grid, mean, low, high: the mean curve, and one
    standard deviation of devices around it."""

    weights: Floats
    steps: Floats
    errors: Floats
    grid: Floats
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Response:
    """What is drawn. reads, model: conductances of one trace of `device`, and what the fitted device does without
    noise. sides: up and down. symmetric_point: a weight, or NaN. weights, residuals: the predicted weight at each read,
    and by how many standard deviations the read differs from it, NaN where there is none. ends: conductances of the
    weights −tau and tau."""

    device: str
    reads: Floats
    model: Floats
    unit: str
    sides: tuple[Side, Side]
    symmetric_point: float
    weights: Floats
    residuals: Floats
    ends: tuple[float, float]
    tau: float


def response_figure(response: Response, title: str) -> Figure:
    """Four panels: a trace, steps against weight, residuals against weight, and how residuals are distributed."""
    with style.styled():
        figure = style.new_figure(2 * style.COLUMN, HEIGHT, style.plain(title))
        (trace, steps), (residuals, distribution) = figure.subplots(2, 2)
        _trace(trace, response)
        _steps(steps, response)
        _residuals(residuals, response)
        _distribution(distribution, response)
    return figure


def _trace(axes: Axes, response: Response) -> None:
    look = looks_of(["read", "fit"])
    axes.plot(response.reads, ".", color=look["read"].color, markersize=1.5, label="read")
    axes.plot(response.model, color="#333333", linewidth=0.9, label="fitted device without noise")
    axes.set_title(style.plain(f"device {response.device}"))
    axes.set_xlabel("read")
    axes.set_ylabel(style.plain(f"conductance [{response.unit}]" if response.unit else "conductance"))
    _legend_on_top(axes)


def _steps(axes: Axes, response: Response) -> None:
    looks = looks_of(_SIDES)
    for name, side in zip(_SIDES, response.sides, strict=True):
        look = looks[name]
        axes.errorbar(
            side.weights, side.steps, 2.0 * side.errors, color=look.color, fmt=look.marker, elinewidth=0.7, label=name
        )
        axes.plot(side.grid, side.mean, color=look.color)
        axes.fill_between(side.grid, side.low, side.high, **look.band())
    if np.isfinite(response.symmetric_point):
        axes.axvline(response.symmetric_point, color="#333333", linewidth=0.8, linestyle=":", label="symmetric point")
    axes.set_title("size of a step: reads, fit, ± spread of devices")
    axes.set_xlabel(_weight(response))
    axes.set_ylabel("step, as a weight")
    _legend_on_top(axes)


def _residuals(axes: Axes, response: Response) -> None:
    every = max(len(response.residuals) // _MOST, 1)
    axes.plot(response.weights[::every], response.residuals[::every], ".", color="#0173b2", markersize=1.2, alpha=0.4)
    axes.axhline(0.0, color="#333333", linewidth=0.8)
    for level in (-1.96, 1.96):
        axes.axhline(level, color="#333333", linewidth=0.6, linestyle=":")
    axes.set_title("errors of prediction, in standard deviations")
    axes.set_xlabel(_weight(response))
    axes.set_ylabel("residual")


def _distribution(axes: Axes, response: Response) -> None:
    known = response.residuals[np.isfinite(response.residuals)]
    grid = np.linspace(-4.5, 4.5, 181)
    axes.hist(np.clip(known, -4.5, 4.5), bins=45, range=(-4.5, 4.5), density=True, color="#0173b2", alpha=0.45)
    axes.plot(grid, np.exp(-0.5 * grid**2) / np.sqrt(2.0 * np.pi), color="#333333", linewidth=0.9, label="normal")
    axes.set_title("distribution of the residuals")
    axes.set_xlabel("residual")
    axes.set_ylabel("density")
    axes.legend(loc="best")


def _legend_on_top(axes: Axes) -> None:
    """Inside, where the axis is stretched for it."""
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, top + 0.16 * (top - bottom))
    axes.legend(loc="upper center", ncols=3, frameon=True, framealpha=0.9, edgecolor="none")


def _weight(response: Response) -> str:
    low, high = response.ends
    unit = f" {response.unit}" if response.unit else ""
    tau = response.tau
    return style.plain(f"weight ({-tau:g} is {low:.3g}{unit}, {tau:g} is {high:.3g}{unit})".replace("-", "−"))
