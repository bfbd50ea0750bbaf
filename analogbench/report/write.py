"""Everything that is made from the records, written into one results folder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analogbench.errors import UsageError
from analogbench.importing import import_for_good
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.report.drawing import Choice, Plots, Rankings, choose, remove_others
from analogbench.report.frame import GROUP, Frame, Kept, cell_frame, curve_frame, newest
from analogbench.report.helpers import Helpers
from analogbench.report.ranking import Board, boards_of
from analogbench.report.tables import write_tables


@dataclass(frozen=True)
class Written:
    """The files that a report consists of, none without records, and what its reader should be told: damaged records,
    by file, and what was not drawn although plots are wanted."""

    paths: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def write_report(results: Path, stale: Collection[str] = ()) -> Written:
    """Write tables and plots of all records under `results`.

    Plots of an earlier report that are not drawn again are removed; other files there stay as they are. stale:
    identities of records that other code has made than is installed now. Raises UsageError where it cannot.
    """
    records, problems = Store(results).load_all()
    written = write_files(records, results, stale)
    return replace(written, notes=(*map(str, problems), *written.notes))


def write_files(records: Sequence[Record], results: Path, stale: Collection[str] = ()) -> Written:
    """Write tables and plots of the given records into the folder `results`; all else as `write_report`."""
    return write_prepared(prepare(records, stale), results)


@dataclass(frozen=True)
class Prepared:
    """What tables and plots are made from. kept: the records that count. cells: a row for each. boards: the rankings,
    in the order of the groups of `cells`."""

    kept: Sequence[Kept]
    cells: Frame
    boards: Sequence[Board]


def prepare(records: Sequence[Record], stale: Collection[str] = ()) -> Prepared:
    """Choose and rank the records. stale: as for `write_report`."""
    kept = newest(records, stale)
    cells = cell_frame(kept)
    return Prepared(kept, cells, boards_of(cells))


def write_prepared(prepared: Prepared, results: Path, plots: Plots = "auto", helpers: Helpers | None = None) -> Written:
    """Write tables and plots. plots: see `drawing.choose`; helpers: processes that draw, too; all else as
    `write_report`."""
    if not prepared.kept:
        return Written()
    folder = results / "plots"
    try:
        tables = write_tables(prepared.boards, results)
        choice = choose(prepared.boards, plots)
        drawn = [] if plots == "none" else _plots(prepared, choice, folder, helpers)
        remove_others(folder, drawn)
        return Written((*tables, *drawn), (choice.missing,) if choice.missing else ())
    except OSError as error:
        raise UsageError(f"cannot write {error.filename or results}: {error.strerror or error}") from error


def _plots(prepared: Prepared, choice: Choice, folder: Path, helpers: Helpers | None) -> list[Path]:
    import_for_good("analogbench.report.plots")  # matplotlib takes a second to import
    from analogbench.report.plots import write_plots

    whole = prepared.cells[[key in choice.whole for key in zip(*(prepared.cells[c] for c in GROUP), strict=True)]]
    here = set(whole["identity"])
    kept = [one for one in prepared.kept if one.record.identity in here]
    records = {one.record.identity: one.record for one in kept}
    return write_plots(whole, curve_frame(kept), folder, Rankings(prepared.boards, choice.maps), records, helpers)
