"""Which rankings are drawn: plots of thousands of lines take minutes, and nobody can read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from analogbench.report.notes import heading
from analogbench.report.ranking import Board

Plots = Literal["auto", "all", "none"]
PLOTS: tuple[Plots, ...] = ("auto", "all", "none")
"""What is drawn: what can be read and is drawn in seconds, everything, or nothing."""

MOST_LINES = 100
"""Rows of a ranking of which curves can be told apart; a larger one has a heat map only."""

MOST_ROWS = 400
"""Rows of all rankings together that are drawn."""

MOST_NAMED = 5
"""Rankings that are named where they are not drawn."""

KINDS = ("cost", "curves", "heatmap", "profile", "ranks", "sweep", "weights")
"""What the names of plots begin with, and a hyphen follows."""

Key: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True)
class Choice:
    """whole: rankings, by task, data and budget, with all their plots; maps: with a heat map only. missing: what is not
    drawn, in one line, empty if nothing."""

    whole: frozenset[Key]
    maps: frozenset[Key] = frozenset()
    missing: str = ""


@dataclass(frozen=True)
class Rankings:
    """All boards, for names and heat maps. maps: those of which nothing but a heat map is drawn."""

    boards: Sequence[Board]
    maps: frozenset[Key] = frozenset()


def key_of(board: Board) -> Key:
    """What a ranking is known by."""
    return board.task, board.data, board.budget


def choose(boards: Sequence[Board], plots: Plots) -> Choice:
    """Choose in the order of the rankings; the first one has a heat map in any case."""
    if plots != "auto":
        return Choice(frozenset(map(key_of, boards) if plots == "all" else ()))
    whole: list[Board] = []
    maps: list[Board] = []
    left: list[Board] = []
    rows = 0
    for board in boards:
        rows += len(board.rows)
        if rows > MOST_ROWS and rows > len(board.rows):
            left.append(board)
        else:
            (whole if len(board.rows) <= MOST_LINES else maps).append(board)
    return Choice(frozenset(map(key_of, whole)), frozenset(map(key_of, maps)), _missing(maps, left))


def remove_others(folder: Path, drawn: Collection[Path]) -> None:
    """Remove plots of an earlier report that are not among those `drawn` now: they would contradict the tables."""
    for path in folder.glob("*-*"):
        if path.name.partition("-")[0] in KINDS and path.suffix in {".svg", ".png"} and path not in drawn:
            path.unlink()


def _missing(maps: Sequence[Board], left: Sequence[Board]) -> str:
    parts = [
        f"{what} of {_named(found)}"
        for what, found in (
            (f"all but a heat map, as there are more than {MOST_LINES} rows,", maps),
            ("anything", left),
        )
        if found
    ]
    return f"not drawn: {'; '.join(parts)}; ranks and profiles, which need all of it" if parts else ""


def _named(boards: Sequence[Board]) -> str:
    more = len(boards) - MOST_NAMED
    names = ", ".join(heading(board) for board in boards[:MOST_NAMED])
    return names + (f" and {more} more rankings" if more > 0 else "")
