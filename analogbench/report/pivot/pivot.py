"""The cells of a freely chosen table, in rows and columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analogbench.errors import UnknownNameError, UsageError
from analogbench.report.frame import Kept
from analogbench.report.natural import natural
from analogbench.report.pivot.entries import Entry, best_of, entry_of
from analogbench.report.pivot.keys import PLAIN, Place, check, header
from analogbench.report.quantity import Quantity

Names = tuple[str, ...]

DEFAULT_ROWS = ("algorithm", "device")


@dataclass(frozen=True)
class Wish:
    """What is asked for. rows, columns: keys. sort: a key of the rows or the name of a column. best: only the best
    setting of what the rows name."""

    rows: Names = DEFAULT_ROWS
    columns: Names = ()
    sort: str = ""
    best: bool = False


@dataclass(frozen=True)
class Pivot:
    """rows, columns: keys of the rows, of the columns. added: of the former those that nobody asked for, without which
    different experiments would have fallen together. hidden: what the names are that no key shows. down, across: the
    names of all rows, of all columns. entries: by the names of row and column."""

    quantity: Quantity
    rows: Names
    columns: Names
    added: Names
    hidden: dict[str, Names]
    down: tuple[Names, ...]
    across: tuple[Names, ...]
    entries: dict[tuple[Names, Names], Entry]
    best: bool

    def column(self, place: Names) -> list[tuple[Names, Entry]]:
        """The entries that there are in a column, with their rows."""
        return [(row, self.entries[row, place]) for row in self.down if (row, place) in self.entries]


def pivot(everything: Sequence[Kept], quantity: Quantity, wish: Wish) -> Pivot:
    """Sort the cells into rows and columns. Raises UsageError for keys, or a column to sort by, that are not there."""
    if both := set(wish.rows) & set(wish.columns):
        raise UsageError(f"{', '.join(sorted(both))} cannot be both row and column")
    asked = (*wish.rows, *wish.columns)
    check(asked, everything)
    if wish.best and not quantity.directed:
        raise UsageError(f"--best: the records do not say whether a higher or a lower {quantity.info.key} is better")
    bare = [kind for kind in ("algorithm", "device") if wish.best and kind in wish.rows]
    places = [Place(one, [key for key in asked if "." in key], bare) for one in everything]
    added = _added(places, asked, quantity)
    rows = (*wish.rows, *added)
    entries = _entries(places, quantity, rows, wish.columns)
    down = sorted({row for row, _ in entries}, key=_order)
    across = sorted({column for _, column in entries}, key=_order)
    hidden = _hidden(places, (*asked, *added))
    made = Pivot(quantity, rows, wish.columns, added, hidden, tuple(down), tuple(across), entries, wish.best)
    return replace(made, down=_sorted(made, wish.sort)) if wish.sort else made


def _added(places: Sequence[Place], asked: Names, quantity: Quantity) -> Names:
    """The keys without which different experiments would fall together; times of different machines must not, either.

    A key that follows from the others, such as a task's only data set, is not among them.
    """
    added: Names = ()
    for key in [*(key for key in PLAIN if key not in asked), *(["machine"] if quantity.timed else [])]:
        found: dict[Names, set[str]] = defaultdict(set)
        for place in places:
            found[tuple(place.text(one) for one in (*asked, *added))].add(place.text(key))
        if any(len(texts) > 1 for texts in found.values()):
            added += (key,)
    return added


def _hidden(places: Sequence[Place], shown: Names) -> dict[str, Names]:
    """What the keys that are not shown are."""
    keys = [key for key in PLAIN if key not in shown]
    return {key: tuple(sorted({place.text(key) for place in places}, key=natural)) for key in keys}


def _entries(
    places: Sequence[Place], quantity: Quantity, rows: Names, columns: Names
) -> dict[tuple[Names, Names], Entry]:
    cells: dict[tuple[Names, Names], dict[str, list[Kept]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        where = tuple(place.text(key) for key in rows), tuple(place.text(key) for key in columns)
        cells[where][place.setting].append(place.kept)
    return {
        where: best_of([entry_of(kept, quantity, setting) for setting, kept in settings.items()], quantity)
        for where, settings in cells.items()
    }


def _order(names: Names) -> tuple[object, ...]:
    return tuple(natural(name) for name in names)


def _sorted(made: Pivot, by: str) -> tuple[Names, ...]:
    """The rows by a key of theirs, or by a column, best first."""
    if by in made.rows:
        return tuple(sorted(made.down, key=lambda row: natural(row[made.rows.index(by)])))
    places = [place for place in made.across if by in {column_name(made, place), *place}]
    if by in {made.quantity.info.key, "value"} and made.across == ((),):
        places = [()]
    if len(places) != 1:
        names = [made.quantity.info.key] if made.across == ((),) else [column_name(made, one) for one in made.across]
        raise UnknownNameError("column to sort by", by, [*made.rows, *names])
    if not made.quantity.directed:
        key = made.quantity.info.key
        raise UsageError(f"--sort: the records do not say whether a higher or a lower {key} is better")
    present = sorted(made.column(places[0]), key=lambda item: item[1].goodness(made.quantity), reverse=True)
    first = tuple(row for row, _ in present)
    return (*first, *(row for row in made.down if row not in set(first)))


def column_name(made: Pivot, place: Names) -> str:
    """`softbounds`, `τ = 0.6`; of several keys with a dot between; the metric's title where there are no columns."""
    parts = [f"{header(key)} = {name}" if "." in key else name for key, name in zip(made.columns, place, strict=True)]
    return " · ".join(parts) or made.quantity.title
