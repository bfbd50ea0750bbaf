"""The parameters of a part of a cell: checked by the plugin's own model, with defaults filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from analogbench.errors import ParameterError, UnknownNameError
from analogbench.validation import complaints

if TYPE_CHECKING:
    from analogbench.api.params import Params
    from analogbench.grid.cell import Value
    from analogbench.registry import Entry

_NOTHING = ("null", "none")


def complete(owner: str, model: type[Params], given: Mapping[str, Any]) -> dict[str, Value]:
    """All parameters of `model`: the `given` ones and the defaults of the rest, each as the type that `model` declares.

    owner: the name of the plugin's object, for messages. Raises UnknownNameError or ParameterError.
    """
    for name in given:
        if name not in model.model_fields:
            raise UnknownNameError(f"parameter of {owner}", name, model.model_fields)
    try:
        # Defaults are validated too: pydantic leaves an int as the default of a float, and 1 and 1.0 must be one cell.
        checked = model.model_validate({**model().model_dump(), **given})
    except ValidationError as error:
        raise ParameterError(f"{owner}: {complaints(error)}") from error
    return checked.model_dump(mode="json")


def defaults(entry: Entry[Any]) -> dict[str, Value]:
    """The parameters of a registered algorithm, device or task where none is given."""
    return complete(entry.name, entry.value.Params, {})


def read_value(text: str, annotation: Any) -> Value:
    """The value that `text` means for a field of type `annotation`; what it cannot mean is left to pydantic to refuse.

    A truth value stays a text here, because pydantic would take True for the number 1, but refuses "true".
    """
    options = get_args(annotation) or (annotation,)
    if text.lower() in _NOTHING and type(None) in options:
        return None
    if str in options or text in options:
        return text
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
