"""The plots of a report; the only place that imports matplotlib."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from matplotlib.figure import Figure

from analogbench.report.frame import Frame, groups
from analogbench.report.notes import heading
from analogbench.report.plots.curves import curves_figure
from analogbench.report.plots.heatmap import heatmap_figure
from analogbench.report.plots.performance import profile_figure
from analogbench.report.plots.rank_diagram import ranks_figure
from analogbench.report.plots.style import save
from analogbench.report.plots.sweep import sweep_figures
from analogbench.report.ranking import boards_of
from analogbench.report.statistics.contest import contests
from analogbench.report.statistics.profiles import profile
from analogbench.report.statistics.ranks import ranks
from analogbench.report.tables import slug, stems

TASK_GROUP = ["task_name", "data", "budget"]
"""A sweep joins tasks that differ in parameters only."""


def write_plots(cells: Frame, curves: Frame, folder: Path) -> list[Path]:
    """Write every plot that the cells allow, as SVG and PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    return [path for name, figure in figures(cells, curves) for path in save(figure, folder / name)]


def figures(cells: Frame, curves: Frame) -> Iterator[tuple[str, Figure]]:
    """All figures with their names, which are fit for files."""
    parts = [part for _, part in groups(cells)]
    boards = boards_of(cells)
    for board, part, stem in zip(boards, parts, stems([(b.task, b.data, b.budget) for b in boards]), strict=True):
        for kind, figure in (
            ("curves", curves_figure(part, curves, heading(board))),
            ("heatmap", heatmap_figure(board)),
        ):
            if figure is not None:
                yield f"{kind}-{stem}", figure
    keyed = list(groups(cells, TASK_GROUP))
    for (key, part), stem in zip(keyed, stems([key for key, _ in keyed]), strict=True):
        for column, figure in sweep_figures(part, " · ".join(filter(None, key))):
            yield f"sweep-{stem}-{slug(column)}", figure
    for contest in contests(cells):
        yield f"ranks-{contest.budget}", ranks_figure(ranks(contest))
        if found := profile(contest):
            yield f"profile-{contest.budget}", profile_figure(found)
