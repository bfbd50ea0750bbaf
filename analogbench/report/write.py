"""Everything that is made from the records, written into one results folder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from analogbench.errors import UsageError
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.report.frame import cell_frame, curve_frame, newest
from analogbench.report.ranking import boards_of
from analogbench.report.tables import write_tables


@dataclass(frozen=True)
class Written:
    """The files that a report consists of, and what its reader should be told: damaged records, by file."""

    paths: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def write_report(results: Path, stale: Collection[str] = ()) -> Written:
    """Write tables and plots of all records under `results`. Other files there stay as they are.

    stale: identities of records that other code has made than is installed now. Raises UsageError where it cannot.
    """
    records, problems = Store(results).load_all()
    return Written(write_files(records, results, stale), tuple(str(problem) for problem in problems))


def write_files(records: Sequence[Record], results: Path, stale: Collection[str] = ()) -> tuple[Path, ...]:
    """Write tables and plots of the given records into the folder `results`.

    stale: as for `write_report`. Raises UsageError where it cannot.
    """
    if not records:
        return ()
    from analogbench.report.plots import write_plots  # matplotlib takes a second to import

    kept = newest(records, stale)
    cells = cell_frame(kept)
    try:
        tables = write_tables(boards_of(cells), results)
        return (*tables, *write_plots(cells, curve_frame(kept), results / "plots"))
    except OSError as error:
        raise UsageError(f"cannot write {error.filename or results}: {error.strerror or error}") from error
