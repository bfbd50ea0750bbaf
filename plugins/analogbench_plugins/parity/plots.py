"""The plots of the page, each as PNG and SVG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from scipy import stats

from analogbench_plugins.parity.curves import CurveResult
from analogbench_plugins.parity.moments import Agreement, Floats
from analogbench_plugins.parity.runs import WAYS, RunResult

_COLORS = sns.color_palette("colorblind").as_hex()
_MARKERS = "oxs^v"

_STYLE = {
    **sns.axes_style("ticks"),
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same plot on every machine
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.4,
    "legend.frameon": False,
    "svg.hashsalt": "analogbench",
}


@contextmanager
def _figure(path: Path, rows: int, columns: int, size: tuple[float, float] = (2.1, 2.1)) -> Iterator[Any]:
    """Axes of a figure, (rows, columns), that is saved as `path`.png and `path`.svg."""
    with mpl.rc_context():
        mpl.rcParams.update(_STYLE)
        figure = Figure(figsize=(columns * size[0] + 0.4, rows * size[1] + 0.4), layout="constrained")
        yield figure.subplots(rows, columns, squeeze=False)
        figure.draw_without_rendering()  # sets the limits of square axes, on which the room for tick labels depends
        figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
        figure.savefig(path.with_suffix(".png"), dpi=160)


def scatter(path: Path, panels: Mapping[str, Agreement], moment: str, columns: int, what: str) -> None:
    """AIHWKIT's `moment` ("mean" or "std") against ours, one panel for each comparison, with the line of equality."""
    rows = -(-len(panels) // columns)
    with _figure(path, rows, columns) as axes:
        for ax, (title, agreement) in zip(axes.flat, panels.items(), strict=False):
            kit, ours = (getattr(agreement, f"{who}_{moment}") for who in ("kit", "our"))
            ax.axline((kit.mean(), kit.mean()), slope=1, color="#999999", linewidth=0.8, zorder=1)
            ax.plot(kit, ours, "o", color=_COLORS[0], markersize=3, alpha=0.7, markeredgewidth=0)
            ax.set(title=title, aspect="equal", adjustable="datalim")
            ax.locator_params(nbins=4)
        for ax in axes[-1]:
            ax.set_xlabel(f"{moment} {what}, AIHWKIT")
        for ax in axes[:, 0]:
            ax.set_ylabel(f"{moment} {what}, ours")
        for ax in axes.flat[len(panels) :]:
            ax.set_visible(False)


def quantiles(path: Path, groups: Mapping[str, Sequence[Agreement]]) -> None:
    """Quantiles of all z-scores of each group against those of a standard normal number."""
    with _figure(path, 1, 3, (2.5, 2.5)) as axes:
        for ax, name in zip(axes[0], ("mean", "std", "correlation"), strict=True):
            ax.axline((0, 0), slope=1, color="#999999", linewidth=0.8)
            for number, (group, results) in enumerate(groups.items()):
                z = np.concatenate([getattr(a, f"z_{name}") for a in results])
                ax.plot(
                    *_quantiles(z), _MARKERS[number], color=_COLORS[number], markersize=3, fillstyle="none", label=group
                )
            ax.set(title=f"z of {name}", xlabel="standard normal quantile")
        axes[0, 0].set_ylabel("quantile of z")
        axes[0, 0].legend(loc="upper left", fontsize=7, handletextpad=0.2)


def _quantiles(z: Floats) -> tuple[Floats, Floats]:
    """At most 80 of them, and the extremes."""
    levels = np.unique(
        np.concatenate((np.linspace(0, len(z) - 1, min(80, len(z))), range(5), range(len(z) - 5, len(z))))
    )
    return stats.norm.ppf((levels + 0.5) / len(z)), np.sort(z)[levels.astype(int)]


def curves(path: Path, results: Sequence[CurveResult]) -> None:
    """Steps of one pulse against the weight: a row without and a row with device-to-device variation."""
    families = list(dict.fromkeys(r.family for r in results))
    with _figure(path, 2, len(families)) as axes:
        for r in results:
            ax = axes[int(r.varied), families.index(r.family)]
            for number, way in enumerate(("up", "down")):
                kit, ours = (1e3 * getattr(r, f"{who}_{way}") for who in ("kit", "our"))
                color = _COLORS[number]
                ax.plot(r.w, kit, "o", color=color, markersize=4, fillstyle="none", markeredgewidth=0.7)
                ax.plot(r.w, ours, "." if r.varied else "-", color=color, markersize=2, linewidth=1)
            ax.set(title=f"{r.family}, {'varied' if r.varied else 'no variation'}", xlabel="weight")
            if r.varied and r.family == "soft bounds":
                # A reference may put a weight far beyond a bound; its steps are large, and backwards.
                ax.set_yscale("symlog", linthresh=5)
                ax.set_yticks([-100, -10, 0, 10, 100], ["−100", "−10", "0", "10", "100"])
        for ax in axes[:, 0]:
            ax.set_ylabel("step / 10⁻³")


def runs(path: Path, results: Sequence[RunResult]) -> None:
    """The ranking metric of every seed: a panel for each task and algorithm, a group for each device, a mark a way."""
    panels = list(dict.fromkeys((r.task, r.algorithm) for r in results))
    with _figure(path, len(panels), 1, (6.5, 1.9)) as axes:
        for ax, (task, algorithm) in zip(axes.flat, panels, strict=True):
            own = [r for r in results if (r.task, r.algorithm) == (task, algorithm)]
            for number, way in enumerate(WAYS):
                points = [
                    (i + 0.2 * (number - 1), v * r.scale) for i, r in enumerate(own) for v in r.values.get(way, ())
                ]
                x, y = np.array(points).reshape(-1, 2).T
                ax.plot(x, y, _MARKERS[number], color=_COLORS[number], markersize=4, fillstyle="none", label=way)
            ax.set_xticks(range(len(own)), [r.device for r in own])
            ax.set(title=f"{algorithm}, {task}", ylabel=own[0].unit or "error")
            if not own[0].unit:
                ax.set_yscale("log")
        axes[0, 0].legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=7)


def differences(path: Path, groups: Mapping[str, Mapping[str, Agreement]]) -> None:
    """Difference of means over the largest step, for kernels (inner) in each family (outer)."""
    with _figure(path, 1, 1, (6.5, 2.6)) as axes:
        ax = axes[0, 0]
        for place, kernels in enumerate(groups.values()):
            for number, (kernel, a) in enumerate(kernels.items()):
                relative = 100 * (a.our_mean - a.kit_mean) / np.abs(a.kit_mean).max()
                x = place + 0.22 * (number - 1) + np.linspace(-0.07, 0.07, len(relative))
                label = kernel if place == 0 else None
                ax.plot(x, relative, _MARKERS[number], color=_COLORS[number], markersize=2.5, alpha=0.8, label=label)
        ax.set_xticks(range(len(groups)), list(groups))
        ax.set_yscale("symlog", linthresh=1)
        ticks = [-10, -5, -2, -1, -0.5, 0, 0.5, 1, 2, 5, 10]
        ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
        ax.set_ylabel("ours − AIHWKIT, mean ΔW,\n% of the largest")
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), title="kernel", fontsize=7, title_fontsize=7)
