"""Devices described by a TOML file: a registered device with other parameters, under a name of its own.

The file is read where the grid is planned. From then on the cell has all that the file says, so that neither workers
nor later readers of a record need it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analogbench.errors import SelectionError, UsageError
from analogbench.grid.cell import Part
from analogbench.grid.parameters import complete
from analogbench.grid.suite_errors import problems
from analogbench.grid.suite_file import SuiteFile, read

if TYPE_CHECKING:
    from analogbench.grid.cell import Value
    from analogbench.grid.toml_lines import KeyPath
    from analogbench.registry import Registry

SUFFIX = ".toml"
VERSION = 1

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,59}")
"""What a device can be called."""

_Text = Annotated[str, Field(strict=True)]


class DeviceFile(BaseModel):
    """What stands in the file. schema_version: of the format. device: whose parameters these are.

    measured, provenance: what is known besides; nothing in them changes the device.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Annotated[int, Field(strict=True)]
    name: _Text
    device: _Text
    parameters: dict[str, Any] = {}
    measured: dict[str, Any] = {}
    provenance: dict[str, Any] = {}


def is_device_file(text: str) -> bool:
    """Whether a selection means a file: no device has such a name."""
    return text.endswith(SUFFIX)


def read_device(registry: Registry, path: str) -> Part:
    """The device that the file describes. Raises UsageError with the file, and the line and key of the problem."""
    file = read(Path(path), "device file")
    content = file.content()
    try:
        found = DeviceFile.model_validate(content)
    except ValidationError as error:
        raise SelectionError(f"device file {path}, {problems(error, DeviceFile, file, content)}") from error
    _check(registry, found, file)
    given = {key: _value(value, file, key) for key, value in found.parameters.items()}
    model = registry.device(found.device).value.Params
    try:
        params = complete(found.device, model, given)
    except UsageError as error:
        raise _error(file, ("parameters", *_culprit(str(error), given)), str(error)) from error
    return Part(name=found.device, params=params, alias=found.name)


def _check(registry: Registry, found: DeviceFile, file: SuiteFile) -> None:
    if found.schema_version != VERSION:
        newer = "; it needs a newer analogbench" if found.schema_version > VERSION else ""
        raise _error(file, ("schema_version",), f"should be {VERSION}, not {found.schema_version}{newer}")
    if not NAME.fullmatch(found.name):
        wanted = "should begin with a letter or digit and go on with such, or with . _ + -, 60 at most"
        raise _error(file, ("name",), f"{found.name!r} {wanted}")
    try:
        registry.device(found.device)
    except UsageError as error:
        raise _error(file, ("device",), str(error)) from error
    if found.name in registry.devices:
        raise _error(file, ("name",), f"an installed device is called {found.name!r}, too; choose another name")


def _value(value: Any, file: SuiteFile, key: str) -> Value:
    """Numbers of an array become a text, as a selection would write them."""
    if isinstance(value, list) and value and all(isinstance(x, int | float) and not isinstance(x, bool) for x in value):
        return " ".join(map(repr, value))
    if not isinstance(value, bool | int | float | str) or (isinstance(value, float) and not math.isfinite(value)):
        raise _error(file, ("parameters", key), "should be a finite number, a text, true, false or an array of numbers")
    return value


def _culprit(problem: str, given: Iterable[str]) -> KeyPath:
    """The first parameter that a message names, such as "tau=-1 should be greater than 0"."""
    places = {key: match.start() for key in given if (match := re.search(rf"(?<!\w){re.escape(key)}(?!\w)", problem))}
    return (min(places, key=lambda key: places[key]),) if places else ()


def _error(file: SuiteFile, path: KeyPath, problem: str) -> SelectionError:
    return SelectionError(f"{file.kind} {file.path}, {file.place(path)}: {problem}")
