"""Where a grid stands: of each cell, whether it is done, and if not, why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from analogbench.errors import PluginError, UsageError
from analogbench.grid.cell import Cell
from analogbench.grid.identity import identity
from analogbench.records.claims import running
from analogbench.records.ended import ended
from analogbench.records.owner import Owner
from analogbench.records.record import Record
from analogbench.records.staleness import completed, is_known
from analogbench.run.checkpoints.folder import FOLDER
from analogbench.run.checkpoints.unfinished import kept

if TYPE_CHECKING:
    from analogbench.registry import Registry

State = Literal["done", "failed", "running", "interrupted", "stale", "missing"]
STATES: tuple[State, ...] = get_args(State)
"""done, failed: it has a record of the installed code, ok or not. running: a living process trains it, whatever is
recorded of it. interrupted: it has a checkpoint. stale: it has records of other code only. missing: none of these."""


@dataclass(frozen=True)
class Standing:
    """One cell. name: its identity, empty where the installed plugins give it none. record: what there is of it, of the
    installed code if possible. owner: who trains it now.

    Of plugins that are not installed, the record is believed.
    """

    cell: Cell
    name: str
    state: State
    record: Record | None = None
    owner: Owner | None = None

    @property
    def runnable(self) -> bool:
        """Whether the installed plugins would train it."""
        return bool(self.name)


@dataclass(frozen=True)
class Lying:
    """What lies in a results directory. running, interrupted: by identity."""

    records: Sequence[Record]
    running: dict[str, Owner]
    interrupted: frozenset[str]

    @cached_property
    def by_identity(self) -> dict[str, Record]:
        """The records by what they are of."""
        return {record.identity: record for record in self.records}

    def others(self, identities: Iterable[str]) -> tuple[dict[str, Owner], frozenset[str]]:
        """What runs, and what was interrupted, beside the cells with these identities."""
        own = frozenset(identities)
        owners = {name: owner for name, owner in self.running.items() if name not in own}
        return owners, self.interrupted - own - owners.keys()


def lying(results: Path, records: Sequence[Record]) -> Lying:
    """Look into a results directory; nothing is written. records: those that are there."""
    names = frozenset(name for job in kept(results / FOLDER).values() for name in job)
    return Lying(records, running(results), names)


def recorded_cells(records: Iterable[Record], registry: Registry) -> list[Cell]:
    """The cells that there are records of, each once, as a run would plan them now where that is known."""
    return list({cell.key: cell for record in records for cell in (_planned(record.cell, registry),)}.values())


def standings(cells: Iterable[Cell], registry: Registry, found: Lying) -> list[Standing]:
    """Where each cell stands, in the order given."""
    older: dict[str, Record] = {}
    for record in sorted(found.records, key=ended):
        older[_planned(record.cell, registry).key] = record
    return [_standing(cell, _identity(cell, registry), found, older.get(cell.key)) for cell in cells]


def _standing(cell: Cell, name: str | None, found: Lying, older: Record | None) -> Standing:
    """name: the cell's identity; None where its plugin is not installed, empty where it would not train the cell."""
    if name is None:
        state: State = "missing" if older is None else _ended_as(older)
        return Standing(cell, "", state, older)
    record, owner = found.by_identity.get(name), found.running.get(name)
    if owner is not None:
        return Standing(cell, name, "running", record or older, owner)
    if record is not None:
        return Standing(cell, name, _ended_as(record), record)
    if name in found.interrupted:
        return Standing(cell, name, "interrupted", older)
    return Standing(cell, name, "missing" if older is None else "stale", older)


def _ended_as(record: Record) -> State:
    return "done" if record.status == "ok" else "failed"


def _identity(cell: Cell, registry: Registry) -> str | None:
    if not is_known(cell, registry):
        return None
    try:
        return identity(cell, registry)
    except UsageError:
        return ""
    except PluginError:
        return None


def _planned(cell: Cell, registry: Registry) -> Cell:
    try:
        return completed(cell, registry) if is_known(cell, registry) else cell
    except UsageError:
        return cell
