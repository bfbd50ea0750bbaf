"""Algorithm × device: the mean of the ranking metric in each cell, what failed hatched and named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analogbench.records.record import MetricInfo
from analogbench.report.digits import Digits
from analogbench.report.leaderboard import wrapped
from analogbench.report.natural import natural
from analogbench.report.notes import STALE, axis_title, heading, is_split
from analogbench.report.plots import style
from analogbench.report.ranking import Board, Row
from analogbench.report.statistics import LARGEST, Summary

Table: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"

CELL_WIDTH, CELL_HEIGHT = 0.58, 0.32
LABEL, WIDE_LABEL = 17, 26
"""Characters of a row's label on one line: of an algorithm, of a device."""

MOST_ACROSS = 10
"""More devices side by side would be too small to read on a page."""


def heatmap_figure(board: Board) -> Figure | None:
    """Draw one board, algorithms down and devices across, or devices down if they are many; None if there is nothing
    to compare."""
    metric = board.metric
    algorithms = sorted({row.algorithm for row in board.rows}, key=natural)
    devices = sorted({row.device for row in board.rows}, key=natural)
    turned = len(devices) > MOST_ACROSS
    down, across = (devices, algorithms) if turned else (algorithms, devices)
    rows = {(row.device, row.algorithm) if turned else (row.algorithm, row.device): row for row in board.rows}
    if metric is None or len(rows) < 2:
        return None
    means = np.array([[_mean(rows.get((y, x)), metric) for x in across] for y in down])
    if np.isnan(means).all():
        return None
    texts = [[_text(rows.get((y, x)), metric) for x in across] for y in down]
    with style.styled():
        labels = [wrapped(label, WIDE_LABEL if turned else LABEL) for label in down]
        columns = [wrapped(label, 13) for label in across]
        figure = style.new_figure(*_size(labels, columns), heading(board))
        axes = figure.subplots()
        _draw(axes, means, texts, metric)
        _mark_failures(axes, rows, down, across)
        axes.set_xticks(np.arange(len(across)) + 0.5, columns, rotation=0)
        axes.set_yticks(np.arange(len(down)) + 0.5, labels, rotation=0, va="center")
        axes.tick_params(length=0)
        if turned:  # centred below few columns it would leave the figure
            figure.supxlabel(_legend(board), fontsize=axes.xaxis.label.get_fontsize())
        else:
            axes.set_xlabel(_legend(board))
    return figure


def _size(labels: list[str], columns: list[str]) -> tuple[float, float]:
    """Width and height of the figure in inches: room for the labels of all rows and columns."""
    left, cell = (style.longest(texts) * style.CHARACTER for texts in (labels, columns))
    lines, below = (max(text.count("\n") + 1 for text in texts) for texts in (labels, columns))
    width = left + len(columns) * max(CELL_WIDTH, cell + 0.15) + 0.2
    return max(style.COLUMN, width), len(labels) * max(CELL_HEIGHT, 0.13 * lines) + style.LINE * (below + 4)


def _mean(row: Row | None, metric: MetricInfo) -> float:
    mean = row.summary.mean * metric.scale if row and row.summary else np.nan
    return mean if abs(mean) < LARGEST else np.nan  # no scale of colours has room for more


def _text(row: Row | None, metric: MetricInfo) -> str:
    """The mean, marked where the seeds are split or stale, and how many seeds it is of if some failed."""
    if row is None or row.summary is None:
        return ""
    shown = row.summary.scaled(metric.scale)
    digits = Digits.of(Summary(1, shown.mean), metric.log_axis)
    mean = replace(digits, decimals=min(digits.decimals, 1 if metric.log_axis else 2))
    mark = ("†" if is_split(row, metric) else "") + (STALE if row.stale else "")
    return mean.text(shown.mean) + mark + (f"\n{len(row.values)} of {row.total}" if row.failures else "")


def _draw(axes: Axes, means: Table, texts: list[list[str]], metric: MetricInfo) -> None:
    """Bright is good, whichever direction that is."""
    log = metric.log_axis and bool(np.nanmin(means) > 0)
    known = np.ma.masked_invalid(means)
    mesh = axes.pcolormesh(
        known,
        cmap="cividis" if metric.higher_is_better else "cividis_r",
        norm=LogNorm() if log else None,
        edgecolors="white",
        linewidths=1.0,
    )
    axes.set(xlim=(0, means.shape[1]), ylim=(means.shape[0], 0))
    axes.spines[:].set_visible(False)
    axes.grid(False)
    colors = mesh.to_rgba(known)
    for (i, j), mean in np.ndenumerate(means):
        color = "black" if np.isnan(mean) else _readable(*map(float, colors[i, j, :3]))
        axes.text(j + 0.5, i + 0.5, texts[i][j], ha="center", va="center", fontsize=7, color=color)


def _readable(*background: float) -> str:
    """Black or white, whichever has the greater contrast to the background (red, green, blue) by WCAG 2."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in background)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "black" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "white"


def _mark_failures(axes: Axes, rows: Mapping[tuple[str, str], Row], down: list[str], across: list[str]) -> None:
    for (label, column), row in rows.items():
        if row.values:
            continue
        x, y = across.index(column), down.index(label)
        axes.add_patch(Rectangle((x, y), 1, 1, facecolor="#f2f2f2", edgecolor="#b0b0b0", hatch="////", linewidth=0))
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        axes.text(x + 0.5, y + 0.5, row.failed.replace(" ", "\n"), ha="center", va="center", fontsize=7, bbox=box)


def _legend(board: Board) -> str:
    """What the marks mean, as far as they occur."""
    parts = [f"mean {axis_title(board.metric)}, bright is better"] if board.metric else []
    if any(is_split(row, board.metric) for row in board.rows):
        parts.append("†: the seeds split in two groups")
    if any(row.stale and row.values for row in board.rows):
        parts.append(f"{STALE}: made by other code than is installed now")
    if any(not row.values for row in board.rows):
        parts.append("hatched: all seeds failed")
    return "\n".join(parts)
