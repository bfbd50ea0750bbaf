"""Which records are stale: made by other code than is installed now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from analogbench.errors import PluginError, UsageError
from analogbench.grid.cell import Cell, Part
from analogbench.grid.identity import identity
from analogbench.grid.parameters import complete
from analogbench.records.record import Record

if TYPE_CHECKING:
    from analogbench.admission import Kind
    from analogbench.registry import Registry

PARTS: tuple[Kind, Kind, Kind] = ("algorithm", "device", "task")

Code = Literal["installed", "other", "unknown"]
"""Who made a record: the code that is installed here, other code, or code that includes a plugin that is not here."""


def is_known(cell: Cell, registry: Registry) -> bool:
    """Whether the plugins of a cell are all installed: of others nobody can say what their code would make."""
    return all(getattr(cell, kind).name in registry.of(kind) for kind in PARTS)


def stale(records: Iterable[Record], registry: Registry) -> frozenset[str]:
    """The identities of the records that are not those which the installed code would give their cells.

    So is a record whose parameters the installed plugins no longer take. What is_known is not, is not stale either.
    """
    return frozenset(record.identity for record in records if code_of(record, registry) == "other")


def code_of(record: Record, registry: Registry) -> Code:
    """Whose code made a record, as far as the installed code can tell."""
    if not is_known(record.cell, registry):
        return "unknown"
    try:
        return "installed" if identity(record.cell, registry) == record.identity else "other"
    except UsageError:
        return "other"
    except PluginError:  # without its source, too, nobody can say
        return "unknown"


def completed(cell: Cell, registry: Registry) -> Cell:
    """The cell as a run would plan it now: with the parameters that have come since with their defaults.

    Raises what `identity` raises.
    """
    parts = {str(kind): _completed(kind, getattr(cell, kind), registry) for kind in PARTS}
    return cell.model_copy(update=parts)


def _completed(kind: Kind, part: Part, registry: Registry) -> Part:
    model = registry.get(kind, part.name).value.Params
    return part.model_copy(update={"params": complete(part.name, model, part.params)})
