"""How `analogbench show` writes the parameters of an algorithm, device or task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic.fields import FieldInfo

from analogbench.api.params import stackable_names
from analogbench.grid.cell import Value
from analogbench.grid.parameters import defaults
from analogbench.registry import Entry

HEADERS = ("parameter", "default", "values", "unit", "stackable", "description")

WIDTHS = (None, None, 32, None, None, 60)
"""Of the columns; long ones are wrapped."""

NOTE = (
    "Unit 1: a pure number. Weights, inputs, outputs, errors and gradients are normalised numbers. "
    "Stackable parameters may differ between cells that are trained together."
)

LONGEST_NUMBER = 10
"""Characters; the default 1/126 has many more digits than anybody wants to read."""

_NAMES: dict[Any, str] = {float: "number", int: "integer", str: "text", bool: "true, false", type(None): "none"}
_SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def rows(entry: Entry[Any], params: Mapping[str, Value] | None = None) -> list[tuple[str, ...]]:
    """One row of a table with HEADERS for each parameter. params: the values instead of the defaults."""
    model, values = entry.value.Params, defaults(entry) if params is None else params
    stackable = stackable_names(model)
    return [
        (
            name,
            _shown(values[name]),
            _range(field),
            _unit(field),
            "yes" if name in stackable else "",
            field.description or "",
        )
        for name, field in model.model_fields.items()
    ]


def _shown(value: Value) -> str:
    """A value as it is written in a selection."""
    if isinstance(value, float) and len(str(value)) > LONGEST_NUMBER:
        return f"{value:.6g}"
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def _unit(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _range(field: FieldInfo) -> str:
    """What the field takes, such as "number > 0 or none"."""
    limits = [f"{_SIGNS[key]} {getattr(rule, key)}" for rule in field.metadata for key in _SIGNS if hasattr(rule, key)]
    kinds = _kinds(field.annotation)
    if limits:
        kinds[0] += f" {', '.join(limits)}"
    return " or ".join(kinds)


def _kinds(annotation: Any) -> list[str]:
    if annotation in _NAMES:
        return [_NAMES[annotation]]
    options = get_args(annotation)
    if not options:
        return [str(annotation)]
    return [kind for option in options for kind in (_kinds(option) if _is_type(option) else [str(option)])]


def _is_type(option: Any) -> bool:
    return isinstance(option, type) or bool(get_args(option))
