"""Which cells belong to a series, to a line and to a point of a figure, or to a published number.

A line or a point stands for one setting, whatever it is made of: a mean is over seeds alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from analogbench.grid.cell import Cell, Value
    from analogbench.grid.presentation_parts import By, Figure, Series

Setting = dict[str, "Value"]
"""Values of some parameters, by key."""

MOST_DIFFERENCES = 4
"""So many parameters, and values of each, are named of cells that fall together."""


class Described(Protocol):
    """A cell that can say what it is, as `described` does."""

    @property
    def params(self) -> Mapping[str, Value]:
        """By key, such as "device.tau"."""
        ...


C = TypeVar("C", bound=Described)


def described(cell: Cell) -> Setting:
    """Names and parameters of a cell, by key: "task" is the name of its task, "task.lr" a parameter of it."""
    parts = {"algorithm": cell.algorithm, "device": cell.device, "task": cell.task}
    names: Setting = {kind: str(part) for kind, part in parts.items()}
    return names | {f"{kind}.{name}": value for kind, part in parts.items() for name, value in part.params.items()}


def matches(where: Mapping[str, Value | tuple[Value, ...]], cell: Mapping[str, Any]) -> bool:
    """Whether a cell, as `described`, has all values of `where`; a parameter that it lacks counts as any value."""
    return all(key not in cell or _is_one(cell[key], wanted) for key, wanted in where.items())


def belongs(cell: Mapping[str, Any], series: Series) -> bool:
    """Whether a cell, as `described`, is one of a series."""
    globs = {"algorithm": series.algorithm, "device": series.device, "task": series.task}
    named = all(fnmatchcase(str(cell[kind]), glob) for kind, glob in globs.items())
    return named and matches(series.where, cell)


def _is_one(value: Any, wanted: Value | tuple[Value, ...]) -> bool:
    return value in wanted if isinstance(wanted, tuple) else value == wanted


def shown_series(figure: Figure, series: Iterable[Series]) -> list[Series]:
    """The series of a figure."""
    return [one for one in series if not figure.series or one.label in figure.series]


def members(series: Series, cells: Iterable[C]) -> list[C]:
    """The cells of a series."""
    return [cell for cell in cells if belongs(cell.params, series)]


def having(setting: Setting, cells: Iterable[C]) -> list[C]:
    """The cells with these values; a parameter that a cell lacks counts as any value."""
    return [cell for cell in cells if matches(setting, cell.params)]


def lacks(keys: Sequence[str], cell: Described) -> bool:
    """Whether a cell has none of the parameters."""
    return not any(key in cell.params for key in keys)


def settings(keys: Sequence[str], cells: Iterable[Described]) -> list[Setting]:
    """The combinations of these keys' values that there are, in the order of the plan; what a cell lacks adds none."""
    found: list[Setting] = []
    for cell in cells:
        setting = {key: cell.params[key] for key in keys if key in cell.params}
        if setting and setting not in found:
            found.append(setting)
    return [one for one in found if not any(one != other and one.items() <= other.items() for other in found)]


def lines(
    series: Series, by: By | None, values: Sequence[Setting], cells: Iterable[C]
) -> Iterator[tuple[int, list[C]]]:
    """The cells of each line of a series in one panel, with the place of its value among `values`; -1 for the cells
    that have no such parameter."""
    own = members(series, cells)
    neutral = [cell for cell in own if by is None or lacks(by.keys, cell)]
    told = [cell for cell in own if by is not None and not lacks(by.keys, cell)]
    if neutral:
        yield -1, neutral
    for number, setting in enumerate(values):
        if told and (here := having(setting, told)):
            yield number, here


def points(figure: Figure, line: Sequence[C], places: Sequence[Setting]) -> Iterator[tuple[Setting, list[C]]]:
    """The cells of each point or bar of a line, with its place, empty where it has none; else those of the whole line.

    places: the values of `over` in the panel.
    """
    if figure.kind not in {"sweep", "bars"}:
        yield {}, list(line)
        return
    lacking = [cell for cell in line if lacks((figure.over,), cell)]
    told = [cell for cell in line if not lacks((figure.over,), cell)]
    if lacking and (figure.kind == "sweep" or not places):
        yield {}, lacking
    for place in places:
        here = [*having(place, told), *(lacking if figure.kind == "bars" else ())]
        if here:
            yield place, here


def differences(cells: Sequence[Described]) -> str:
    """`task.data = 5k, full`: what tells cells apart that fall together, names first; empty if nothing does."""
    keys = dict.fromkeys(key for cell in cells for key in cell.params)
    values = {key: _listed(cell.params.get(key, "–") for cell in cells) for key in keys}
    differing = [key for key, texts in values.items() if len(texts) > 1]
    shared = [key for key in differing if all(key in cell.params for cell in cells)] or differing
    parts = [f"{key} = {', '.join(_few(values[key]))}" for key in shared]
    return "; ".join(_few(parts))


def _listed(values: Iterable[Value]) -> list[str]:
    return list(dict.fromkeys(map(str, values)))


def _few(texts: Sequence[str]) -> list[str]:
    return [*islice(texts, MOST_DIFFERENCES), *(["…"] if len(texts) > MOST_DIFFERENCES else [])]
