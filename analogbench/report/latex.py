"""A leaderboard as a LaTeX table for a paper."""

from __future__ import annotations

import re

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
    "§": r"\S{}",
    "[": "{[}",  # behind \\ or \toprule a bare bracket would be taken for an argument
    "]": "{]}",
}

_FIRST_NUMBER = 3
"""Columns before this one are rank and labels, whose digits must not be touched."""


def latex(board: Board) -> str:
    """A booktabs tabular; the best value is bold, the notes are comments above."""
    table = grid(board)
    rows = [[*row[:_FIRST_NUMBER], *(_number(cell) for cell in row[_FIRST_NUMBER:])] for row in table.rows]
    if table.best is not None:
        rows[table.best][_FIRST_NUMBER] = f"{_BOLD}{rows[table.best][_FIRST_NUMBER]}{_BOLD_END}"
    text = str(tabulate(rows, table.headers, "latex_booktabs", disable_numparse=True, colalign=ALIGNMENT))
    for mark, tex in _TEX.items():
        text = text.replace(mark, tex)
    comments = ["needs \\usepackage{booktabs}", heading(board), *notes(board)]
    return "\n".join([*(f"% {' '.join(line.split())}" for line in comments), text]) + "\n"


def _number(cell: str) -> str:
    """Mark powers of ten and minus signs: `1.03e-3` is to become 1.03 × 10⁻³."""
    powers = re.sub(r"(?<=\d)e(-?\d+)", lambda match: f"{_POWER}{match[1]}{_POWER_END}", cell)
    return re.sub(rf"(?<![\w{_POWER}])-(?=\d)", _MINUS, powers)
