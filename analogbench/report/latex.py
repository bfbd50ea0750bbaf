"""A leaderboard as a LaTeX table for a paper."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from tabulate import tabulate

from analogbench.report.leaderboard import ALIGNMENT, grid
from analogbench.report.notes import heading, notes
from analogbench.report.ranking import Board

# Characters of the private use area stand for TeX while tabulate escapes everything else.
_BOLD, _BOLD_END, _POWER, _POWER_END, _MINUS = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"

_TEX = {
    _BOLD: r"\textbf{",
    _BOLD_END: "}",
    _POWER: r"$\times 10^{",
    _POWER_END: "}$",
    _MINUS: "$-$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "–": "--",
    "†": r"$^{\dagger}$",
    "‡": r"$^{\ddagger}$",
    "−": "$-$",
    "∞": r"$\infty$",
    "§": r"\S{}",
    "τ": r"$\tau$",
    "β": r"$\beta$",
    "γ": r"$\gamma$",
    "σ": r"$\sigma$",
    "α": r"$\alpha$",
    "δ": r"$\delta$",
    "η": r"$\eta$",
    "·": r"$\cdot$",
    "[": "{[}",  # behind \\ or \toprule a bare bracket would be taken for an argument
    "]": "{]}",
}

_FIRST_NUMBER = 3
"""Columns of a leaderboard before this one are rank and labels, whose digits must not be touched."""


def latex(board: Board) -> str:
    """A booktabs tabular; the best value is bold, the notes are comments above."""
    table = grid(board)
    best = set() if table.best is None else {(table.best, _FIRST_NUMBER)}
    comments = [heading(board), *notes(board)]
    return tabular(table.headers, table.rows, ALIGNMENT, _FIRST_NUMBER, best, comments)


def tabular(  # noqa: PLR0913, PLR0917 - the parts of a table
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    alignment: Sequence[str],
    labels: int,
    best: Collection[tuple[int, int]],
    comments: Sequence[str],
) -> str:
    """A booktabs tabular below `comments`. labels: how many columns hold names. best: (row, column) of bold cells."""
    texts = [[*row[:labels], *(_number(cell) for cell in row[labels:])] for row in rows]
    for i, j in best:
        texts[i][j] = f"{_BOLD}{texts[i][j]}{_BOLD_END}"
    text = str(tabulate(texts, headers, "latex_booktabs", disable_numparse=True, colalign=alignment))
    for mark, tex in _TEX.items():
        text = text.replace(mark, tex)
    lines = ["needs \\usepackage{booktabs}", *comments]
    return "\n".join([*(f"% {' '.join(line.split())}" for line in lines), text]) + "\n"


def _number(cell: str) -> str:
    """Mark powers of ten and minus signs: `1.03e-3` is to become 1.03 × 10⁻³."""
    powers = re.sub(r"(?<=\d)e(-?\d+)", lambda match: f"{_POWER}{match[1]}{_POWER_END}", cell)
    return re.sub(rf"(?<![\w{_POWER}])-(?=\d)", _MINUS, powers)
