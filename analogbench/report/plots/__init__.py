"""The plots of a report; the only place that imports matplotlib."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from matplotlib.figure import Figure

from analogbench.records.record import Record
from analogbench.report.drawing import Rankings, key_of
from analogbench.report.frame import Frame, groups
from analogbench.report.notes import heading
from analogbench.report.plots.cost import cost_figure
from analogbench.report.plots.curves import curves_figure
from analogbench.report.plots.heatmap import heatmap_figure
from analogbench.report.plots.performance import profile_figure
from analogbench.report.plots.rank_diagram import ranks_figure
from analogbench.report.plots.style import save
from analogbench.report.plots.sweep import sweep_figures
from analogbench.report.plots.weights import weights_figure
from analogbench.report.ranking import Board, boards_of
from analogbench.report.statistics.contest import contests
from analogbench.report.statistics.profiles import profile
from analogbench.report.statistics.ranks import ranks
from analogbench.report.tables import slug, stems

TASK_GROUP = ["task_name", "data", "budget"]
"""A sweep joins tasks that differ in parameters only."""


def write_plots(
    cells: Frame,
    curves: Frame,
    folder: Path,
    rankings: Rankings | None = None,
    records: Mapping[str, Record] | None = None,
) -> list[Path]:
    """Write every plot that the cells allow, as SVG and PNG.

    rankings: of the cells, if known already, and others, of which a heat map may be drawn. records: by identity, for
    what frames do not hold: the weights.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = figures(cells, curves, rankings, records)
    return [path for name, figure in found for path in save(figure, folder / name)]


def figures(
    cells: Frame,
    curves: Frame,
    rankings: Rankings | None = None,
    records: Mapping[str, Record] | None = None,
) -> Iterator[tuple[str, Figure]]:
    """All figures with their names, which are fit for files. rankings, records: as for `write_plots`."""
    rankings = rankings or Rankings(boards_of(cells))
    parts = dict(groups(cells))
    for board, stem in zip(rankings.boards, stems(list(map(key_of, rankings.boards))), strict=True):
        part = parts.get(key_of(board))
        for kind, figure in _of_board(board, part, curves, records or {}, key_of(board) in rankings.maps):
            if figure is not None:
                yield f"{kind}-{stem}", figure
    keyed = list(groups(cells, TASK_GROUP))
    for (key, part), stem in zip(keyed, stems([key for key, _ in keyed]), strict=True):
        for column, figure in sweep_figures(part, " · ".join(filter(None, key))):
            yield f"sweep-{stem}-{slug(column)}", figure
    if not all(key_of(board) in parts for board in rankings.boards):
        return  # ranks over what happens to be drawn would be nobody's
    for contest in contests(cells):
        yield f"ranks-{contest.budget}", ranks_figure(ranks(contest))
        if found := profile(contest):
            yield f"profile-{contest.budget}", profile_figure(found)


def _of_board(
    board: Board, cells: Frame | None, curves: Frame, records: Mapping[str, Record], map_only: bool
) -> Iterator[tuple[str, Figure | None]]:
    """The kinds of figures of one ranking. cells: None where they are not to be drawn."""
    if cells is not None:
        yield "curves", curves_figure(cells, curves, heading(board))
    if cells is not None or map_only:
        yield "heatmap", heatmap_figure(board)
    if cells is not None:
        yield "cost", cost_figure(board)
        yield "weights", weights_figure(cells, records, heading(board))
