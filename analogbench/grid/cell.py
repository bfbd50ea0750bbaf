"""A cell: one point of the grid, described by names and numbers only."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from analogbench.api.task import Budget

Value = bool | int | float | str | None

Status = Literal["ok", "diverged", "timeout", "oom", "crashed", "skipped", "plugin-error"]
"""How a cell ended. Everything but "ok" counts as a failure and carries a one-line reason."""


class Part(BaseModel):
    """An algorithm, device or task by name, with all its parameters, defaults filled in.

    alias: how tables call it instead, if it was described by a file; the parameters are all of the description.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    params: dict[str, Value] = {}
    alias: str = ""

    def __str__(self) -> str:
        return self.alias or self.name

    @model_serializer(mode="wrap")
    def _without_empty_alias(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """As before there were aliases, where there is none."""
        found: dict[str, Any] = handler(self)
        return found if self.alias else {key: value for key, value in found.items() if key != "alias"}

    def label(self, defaults: dict[str, Any] | None = None) -> str:
        """`name[key=value,...]` with the parameters that differ from `defaults`; or the alias."""
        if self.alias:
            return self.alias
        changed = {k: v for k, v in self.params.items() if defaults is None or defaults.get(k) != v}
        return f"{self.name}[{','.join(f'{k}={v}' for k, v in changed.items())}]" if changed else self.name


class Cell(BaseModel):
    """algorithm[params] × device[params] × task[params] × budget × seed: the unit of work, of caching and of
    failure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    algorithm: Part
    device: Part
    task: Part
    budget: Budget
    seed: int

    @property
    def key(self) -> str:
        """The same text for equal cells, whose parameters may have come in another order: cells cannot be hashed."""
        return json.dumps(self.model_dump(), sort_keys=True)

    def __str__(self) -> str:
        return f"{self.algorithm} × {self.device} × {self.task}, {self.budget}, seed {self.seed}"
