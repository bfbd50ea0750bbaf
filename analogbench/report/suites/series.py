"""How the values that tell cells apart are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analogbench.grid.cell import Value
from analogbench.grid.presentation import By
from analogbench.grid.presentation_matching import Setting
from analogbench.report.varying import symbol


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
