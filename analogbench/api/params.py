"""Parameters of algorithms, devices and tasks: pydantic models whose fields carry help, unit and range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

P = TypeVar("P", bound="Params")


class Params(BaseModel):
    """Base of all parameter models: immutable, no unknown names, no infinite or NaN values."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def param(default: Any, description: str, *, unit: str = "", stackable: bool = False, **limits: Any) -> Any:
    """Declare one parameter.

    default: the value when none is given. unit: shown beside the description. limits: pydantic's `gt`, `ge`, `lt`,
    `le`. stackable: the value may differ between the replicas of a job; the plugin then finds a `(R, 1, 1)` float
    tensor in its place (see `stack`). Only numbers can be stackable.
    """
    extra: dict[str, Any] = {"unit": unit, "stackable": stackable}
    return Field(default, description=description, json_schema_extra=extra, **limits)


def stackable_names(model: type[Params]) -> frozenset[str]:
    """The names of the fields of `model` that may differ between the replicas of a job."""
    names = set()
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("stackable"):
            names.add(name)
    return frozenset(names)


def stack(params: Sequence[P], device: torch.device) -> P:
    """Merge the parameters of R replicas into one model of the same type.

    Every stackable number becomes a `(R, 1, 1)` float32 tensor, even where all replicas agree, so that a replica
    computes the same numbers whoever shares its job. All other fields must be equal in all replicas.
    """
    import torch

    first = params[0]
    values = first.model_dump()
    for name in stackable_names(type(first)):
        numbers = [getattr(p, name) for p in params]
        if any(number is None for number in numbers):
            continue  # an optional rate that is not set stays None; the engine resolves `lr` itself
        values[name] = torch.tensor(numbers, dtype=torch.float32, device=device).reshape(-1, 1, 1)
    return type(first).model_construct(**values)
