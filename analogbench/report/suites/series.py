"""Which cells belong to which series, and how the values that tell them apart are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from analogbench.grid.cell import Value
from analogbench.grid.presentation import By, Series, belongs, matches
from analogbench.report.suites.gather import Planned
from analogbench.report.varying import symbol

Setting = dict[str, Value]
"""Values of some parameters, by key."""


def members(series: Series, cells: Iterable[Planned]) -> list[Planned]:
    """The cells of a series."""
    return [cell for cell in cells if belongs(cell.params, series)]


def having(setting: Setting, cells: Iterable[Planned]) -> list[Planned]:
    """The cells with these values; a parameter that a cell lacks counts as any value."""
    return [cell for cell in cells if matches(setting, cell.params)]


def lacks(keys: Sequence[str], cell: Planned) -> bool:
    """Whether a cell has none of the parameters."""
    return not any(key in cell.params for key in keys)


def settings(keys: Sequence[str], cells: Iterable[Planned]) -> list[Setting]:
    """The combinations of these keys' values that there are, in the order of the plan; what a cell lacks adds none."""
    found: list[Setting] = []
    for cell in cells:
        setting = {key: cell.params[key] for key in keys if key in cell.params}
        if setting and setting not in found:
            found.append(setting)
    return [one for one in found if not any(one != other and one.items() <= other.items() for other in found)]


def names(by: By, found: Sequence[Setting]) -> list[str]:
    """How each setting is called in a legend or a title; see `By` for what is written of several keys."""
    usual = {key: _usual([setting[key] for setting in found if key in setting]) for key in by.keys}
    return [by.label.replace("{}", _name(by, setting, usual)) for setting in found]


def _name(by: By, setting: Setting, usual: Setting) -> str:
    if len(by.keys) == 1:
        return ", ".join(_written(by, key, value, "{}") for key, value in setting.items())
    told = {key: value for key, value in setting.items() if value != usual[key]} or dict(list(setting.items())[:1])
    return ", ".join(_written(by, key, value, f"{symbol(key)} = {{}}") for key, value in told.items())


def _written(by: By, key: str, value: Value, default: str) -> str:
    return by.labels.get(key, default).replace("{}", value_text(value))


def _usual(values: Sequence[Value]) -> Value:
    """The most frequent value; of equally frequent ones 0, false or none, else the first."""
    if not values:
        return None
    numbers = Counter(map(repr, values))
    return max(values, key=lambda value: (numbers[repr(value)], not value))


def value_text(value: Value) -> str:
    """`0.7`, `1000`, `native`."""
    return f"{value:.4g}" if isinstance(value, float) else "none" if value is None else str(value)
