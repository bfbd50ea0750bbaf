"""The state of an object as plain data, and back: what a checkpoint keeps of plugins that say nothing about it.

Plain data are numbers, texts, None, tensors, and lists and dictionaries of such: what `torch.load` reads without
running anybody's code.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping, MutableMapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from analogbench.api.params import Params
from analogbench.api.tile import Tile
from analogbench.errors import UnsavableError

if TYPE_CHECKING:
    from torch import Tensor

PLAIN = (bool, int, float, str, type(None))

CALLABLE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, functools.partial)

OPEN = (object, types.SimpleNamespace)
"""Classes whose objects are nothing but their attributes."""

DEEPEST = 16
"""Objects within objects that are followed: an object that holds itself must end."""


def snapshot(value: Any, place: str = "state", depth: int = 0) -> Any:
    """`value` as plain data. Tiles and random streams within it are left out: the engine keeps those by itself.

    Follows lists, tuples, dictionaries and the attributes of objects. What cannot change (functions, classes,
    parameters) is left out. place: how messages call the value. Raises UnsavableError for anything else.
    """
    if depth > DEEPEST:
        raise UnsavableError(f"{place} is too deep")
    if isinstance(value, PLAIN) or _is_wrapped(value):
        return _unwrapped(value, place)
    if _is_kept_elsewhere(value):
        return None
    if _is_numbers(value):
        return _as_tensor(value, place)
    if isinstance(value, list | tuple):
        return [snapshot(item, f"{place}[{i}]", depth + 1) for i, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {_key(key, place): snapshot(item, f"{place}[{key!r}]", depth + 1) for key, item in value.items()}
    return {name: snapshot(item, f"{place}.{name}", depth + 1) for name, item in _attributes(value, place).items()}


def restore(value: Any, data: Any, place: str = "state") -> Any:
    """What `value` was when `data` was made of it by `snapshot`. Tensors and objects are changed in place.

    Raises UnsavableError where the two do not fit together.
    """
    if isinstance(value, PLAIN) or _is_wrapped(value):
        if not isinstance(data, PLAIN):
            raise _misfit(place)
        return _wrapped(type(value), data, place) if _is_wrapped(value) else data
    if _is_kept_elsewhere(value):
        return value
    if _is_numbers(value):
        return _restored_numbers(value, data, place)
    if isinstance(value, list | tuple):
        return _restored_items(value, data, place)
    if isinstance(value, Mapping):
        return _restored_mapping(value, data, place)
    attributes = _attributes(value, place)
    if not isinstance(data, dict) or set(data) != set(attributes):
        raise _misfit(place)
    for name, item in attributes.items():
        new = restore(item, data[name], f"{place}.{name}")
        if new is not item:
            object.__setattr__(value, name, new)  # also of a frozen dataclass
    return value


def _restored_numbers(value: Any, data: Any, place: str) -> Any:
    """The tensor or array `value` with the numbers of the tensor `data`."""
    tensor = _as_tensor(value, place)
    if not _is_of("torch", "Tensor", data) or data.shape != tensor.shape or data.dtype != tensor.dtype:
        raise _misfit(place)
    tensor.copy_(data)
    return value


def _restored_items(value: list[Any] | tuple[Any, ...], data: Any, place: str) -> Any:
    """Lists of plain data may have grown; other lists must be as long as they were."""
    if not isinstance(data, list):
        raise _misfit(place)
    if len(data) == len(value):
        pairs = zip(value, data, strict=True)
        items = [restore(old, new, f"{place}[{i}]") for i, (old, new) in enumerate(pairs)]
    elif all(isinstance(item, PLAIN) or _is_numbers(item) for item in data):
        items = data
    else:
        raise _misfit(place)
    if isinstance(value, list):
        value[:] = items
        return value
    unchanged = len(items) == len(value) and all(new is old for new, old in zip(items, value, strict=True))
    return value if unchanged else tuple(items)


def _restored_mapping(value: Mapping[Any, Any], data: Any, place: str) -> Any:
    if not isinstance(data, dict) or not isinstance(value, MutableMapping):
        raise _misfit(place)
    known = dict(value)
    value.clear()
    for key, item in data.items():
        value[key] = restore(known[key], item, f"{place}[{key!r}]") if key in known else item
    return value


def _is_of(module: str, name: str, value: Any) -> bool:
    """Whether `value` is of that class, without importing it: who has such an object has imported it."""
    return any(cls.__module__ == module and cls.__name__ == name for cls in type(value).__mro__)


def _is_wrapped(value: Any) -> bool:
    """Members of enumerations, and numpy's scalars: plain values whose class `torch.load` would not take."""
    return isinstance(value, Enum) or _is_of("numpy", "generic", value)


def _unwrapped(value: Any, place: str) -> Any:
    if not _is_wrapped(value):
        return value
    plain = value.name if isinstance(value, Enum) else value.item()
    if not isinstance(plain, PLAIN):
        raise UnsavableError(f"{place} is of type {type(value).__name__}")
    return plain


def _wrapped(kind: Any, plain: Any, place: str) -> Any:
    try:
        return kind[plain] if issubclass(kind, Enum) else kind(plain)
    except (KeyError, ValueError, TypeError):
        raise _misfit(place) from None


def _is_numbers(value: Any) -> bool:
    return _is_of("torch", "Tensor", value) or _is_of("numpy", "ndarray", value)


def _as_tensor(value: Any, place: str) -> Tensor:
    """The memory of a tensor or a numpy array as a tensor."""
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach()
    try:
        return torch.from_numpy(value)
    except TypeError as error:
        raise UnsavableError(f"{place} is an array of {value.dtype}") from error


def _is_kept_elsewhere(value: Any) -> bool:
    if isinstance(value, (Tile, Params, type, *CALLABLE)):
        return True
    module = type(value).__module__
    return module == "analogbench.api.streams" or (module == "torch" and type(value).__name__ in {"device", "dtype"})


def _key(key: Any, place: str) -> Any:
    if not isinstance(key, PLAIN):
        raise UnsavableError(f"{place} has a key of type {type(key).__name__}")
    return key


def _attributes(value: Any, place: str) -> dict[str, Any]:
    """What an object consists of. Objects made in C keep their state where nobody can see it, and so may those that
    tell pickle in their own way what they are, such as `random.Random`."""
    kind, names = type(value), ("__reduce__", "__reduce_ex__", "__getstate__")
    if any(getattr(kind, name) not in [getattr(usual, name) for usual in OPEN] for name in names):
        raise UnsavableError(f"{place} is of type {kind.__name__}")
    slots = {name: getattr(value, name) for name in _slots(kind) if hasattr(value, name)}
    try:
        return {**slots, **vars(value)}
    except TypeError:
        if slots:
            return slots
        raise UnsavableError(f"{place} is of type {kind.__name__}") from None


def _slots(kind: type) -> list[str]:
    """The names of the attributes that lie outside an object's dictionary."""
    members = [(name, member) for cls in kind.__mro__ for name, member in vars(cls).items() if name != "__dict__"]
    return [name for name, member in members if isinstance(member, types.MemberDescriptorType)]


def _misfit(place: str) -> UnsavableError:
    return UnsavableError(f"{place} does not fit what was saved")
