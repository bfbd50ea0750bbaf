"""The plots of a report; the only place that imports matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from analogbench.records.record import Record
from analogbench.report.drawing import Rankings, key_of
from analogbench.report.frame import Frame, groups
from analogbench.report.helpers import Helpers
from analogbench.report.notes import heading
from analogbench.report.plots.cost import cost_figure
from analogbench.report.plots.curves import curves_figure
from analogbench.report.plots.heatmap import heatmap_figure
from analogbench.report.plots.performance import profile_figure
from analogbench.report.plots.rank_diagram import ranks_figure
from analogbench.report.plots.style import save
from analogbench.report.plots.sweep import sweeps
from analogbench.report.plots.weights import weights_figure
from analogbench.report.ranking import Board, boards_of
from analogbench.report.statistics.contest import contests
from analogbench.report.statistics.profiles import profile
from analogbench.report.statistics.ranks import ranks
from analogbench.report.tables import slug, stems

TASK_GROUP = ["task_name", "data", "budget"]
"""A sweep joins tasks that differ in parameters only."""


LARGE = ("curves", "weights")
"""Kinds that take long to draw: the first to begin with, so that nobody waits for one at the end."""


@dataclass(frozen=True)
class Plot:
    """A plot to be drawn, here or in another process. name: fit for a file. figure: draws it; None where there is
    nothing to draw."""

    name: str
    figure: Callable[[], Figure | None]

    @property
    def large(self) -> bool:
        """Whether it takes long."""
        return self.name.startswith(LARGE)


def write_plots(  # noqa: PLR0913, PLR0917 - each is something else
    cells: Frame,
    curves: Frame,
    folder: Path,
    rankings: Rankings | None = None,
    records: Mapping[str, Record] | None = None,
    helpers: Helpers | None = None,
) -> list[Path]:
    """Write every plot that the cells allow, as SVG and PNG.

    rankings: of the cells, if known already, and others, of which a heat map may be drawn. records: by identity, for
    what frames do not hold: the weights. helpers: processes that draw, too; the files do not depend on them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = list(plots(cells, curves, rankings, records))
    order = sorted(range(len(found)), key=lambda number: not found[number].large)
    written = (helpers or Helpers()).map(partial(_write, folder), [found[number] for number in order])
    paths = dict(zip(order, written, strict=True))
    return [path for number in range(len(found)) for path in paths[number]]


def _write(folder: Path, plot: Plot) -> list[Path]:
    figure = plot.figure()
    return save(figure, folder / plot.name) if figure is not None else []


def figures(
    cells: Frame,
    curves: Frame,
    rankings: Rankings | None = None,
    records: Mapping[str, Record] | None = None,
) -> Iterator[tuple[str, Figure]]:
    """All figures with their names. rankings, records: as for `write_plots`."""
    for plot in plots(cells, curves, rankings, records):
        if (figure := plot.figure()) is not None:
            yield plot.name, figure


def plots(
    cells: Frame, curves: Frame, rankings: Rankings | None = None, records: Mapping[str, Record] | None = None
) -> Iterator[Plot]:
    """All plots that there may be. rankings, records: as for `write_plots`."""
    rankings = rankings or Rankings(boards_of(cells))
    parts = dict(groups(cells))
    for board, stem in zip(rankings.boards, stems(list(map(key_of, rankings.boards))), strict=True):
        part = parts.get(key_of(board))
        for kind, figure in _of_board(board, part, curves, records or {}, key_of(board) in rankings.maps):
            yield Plot(f"{kind}-{stem}", figure)
    keyed = list(groups(cells, TASK_GROUP))
    for (key, part), stem in zip(keyed, stems([key for key, _ in keyed]), strict=True):
        for column, figure in sweeps(part, " · ".join(filter(None, key))):
            yield Plot(f"sweep-{stem}-{slug(column)}", figure)
    if not all(key_of(board) in parts for board in rankings.boards):
        return  # ranks over what happens to be drawn would be nobody's
    for contest in contests(cells):
        yield Plot(f"ranks-{contest.budget}", partial(ranks_figure, ranks(contest)))
        if found := profile(contest):
            yield Plot(f"profile-{contest.budget}", partial(profile_figure, found))


def _of_board(
    board: Board, cells: Frame | None, curves: Frame, records: Mapping[str, Record], map_only: bool
) -> Iterator[tuple[str, Callable[[], Figure | None]]]:
    """The kinds of plots of one ranking. cells: None where they are not to be drawn."""
    if cells is not None:
        own = curves[curves["identity"].isin(cells["identity"])]
        yield "curves", partial(curves_figure, cells, own, heading(board))
    if cells is not None or map_only:
        yield "heatmap", partial(heatmap_figure, board)
    if cells is not None:
        yield "cost", partial(cost_figure, board)
        weighed = {one: records[one] for one in cells["identity"] if one in records}
        yield "weights", partial(weights_figure, cells, weighed, heading(board))
