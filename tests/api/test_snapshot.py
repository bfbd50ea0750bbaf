"""Whatever a plugin's state consists of comes back as it was, through a file that runs nobody's code."""

from __future__ import annotations

import copy
import io
import random
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from analogbench.api.snapshot import restore, snapshot
from analogbench.errors import UnsavableError

numbers = st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | st.booleans()
plain = numbers | st.text(max_size=5) | st.none()
shapes = st.lists(st.integers(0, 3), max_size=3)
tensors = st.builds(
    lambda shape, dtype, start: (torch.arange(np.prod(shape, dtype=int)) + start).reshape(shape).to(dtype),
    shapes,
    st.sampled_from([torch.float32, torch.float64, torch.int64, torch.uint8, torch.bool]),
    st.integers(0, 9),
)
arrays = tensors.map(lambda tensor: tensor.numpy().copy())
keys = st.text(max_size=5) | st.integers(0, 99)
values = st.recursive(
    plain | tensors | arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(keys, inner, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(lambda given: SimpleNamespace(**given))
    ),
    max_leaves=12,
)


def through_a_file(data: Any) -> Any:
    buffer = io.BytesIO()
    torch.save(data, buffer)
    buffer.seek(0)
    return torch.load(buffer, weights_only=True)


def same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return same(vars(one), vars(other)) if isinstance(one, SimpleNamespace) else bool(one == other)


def blank(value: Any) -> Any:
    """The same thing as it is at the start of a job: every number is another."""
    if isinstance(value, torch.Tensor):
        return torch.zeros_like(value)
    if isinstance(value, np.ndarray):
        return np.zeros_like(value)
    if isinstance(value, list | tuple):
        return type(value)(map(blank, value))
    if isinstance(value, dict):
        return {key: blank(item) for key, item in value.items()}
    return SimpleNamespace(**blank(vars(value))) if isinstance(value, SimpleNamespace) else None


@given(values)
def test_what_is_restored_is_what_was_saved(value: Any) -> None:
    wanted, new = copy.deepcopy(value), blank(value)
    assert same(restore(new, through_a_file(snapshot(value))), wanted)
    assert same(value, wanted), "a snapshot changes nothing"


@given(tensors, tensors)
def test_a_tensor_keeps_its_place_or_refuses(old: torch.Tensor, new: torch.Tensor) -> None:
    """A CUDA graph reads and writes where it was recorded."""
    if old.shape == new.shape and old.dtype == new.dtype:
        assert restore(old, snapshot(new)) is old
        assert torch.equal(old, new)
    else:
        with pytest.raises(UnsavableError, match="does not fit"):
            restore(old, snapshot(new))


@dataclass(frozen=True)
class Frozen:
    count: int = 0
    seen: tuple[int, ...] = ()
    last: list[int] = field(default_factory=list)


def test_a_frozen_dataclass_moves_and_its_lists_grow() -> None:
    old = Frozen()
    held = old.last
    assert restore(old, through_a_file(snapshot(Frozen(3, (1, 2), [4])))) == Frozen(3, (1, 2), [4])
    assert old.last is held


class Phase(Enum):
    FIRST = (1, "one")
    SECOND = (2, "two")


class Level(IntEnum):
    LOW = 1
    HIGH = 2


@dataclass(slots=True)
class Slotted:
    count: int


class Both(Slotted):
    def __init__(self, count: int) -> None:
        self.count, self.other = count, count


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Phase.FIRST, Phase.SECOND),
        (Level.LOW, Level.HIGH),
        (np.float32(0), np.float32(0.1)),
        (np.float64(0), np.float64(0.1)),
        (np.bool_(False), np.bool_(True)),
        (np.int64(0), np.int64(2**62)),
    ],
)
def test_members_and_numpy_s_scalars_are_kept_by_what_they_stand_for(old: Any, new: Any) -> None:
    restored = restore(SimpleNamespace(a=old), through_a_file(snapshot(SimpleNamespace(a=new)))).a
    assert restored == new
    assert type(restored) is type(new)


def test_attributes_outside_the_dictionary_are_kept() -> None:
    for kind in (Slotted, Both):
        assert restore(kind(0), through_a_file(snapshot(kind(7)))).count == 7


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Phase.FIRST, 1),
        (Phase.FIRST, "third"),
        (np.float32(0), "x"),
        (1, [1]),
        ([torch.zeros(2)], 1),
        ({"a": 1}, [1]),
        ([{"a": 1}], [{"a": 1}, {"a": 2}]),
        (SimpleNamespace(a=1), SimpleNamespace(b=1)),
        (torch.zeros(2), 1.0),
        (np.zeros(2), None),
    ],
)
def test_what_does_not_fit_is_refused(old: Any, new: Any) -> None:
    with pytest.raises(UnsavableError, match="does not fit what was saved"):
        restore(old, snapshot(new))


class Ring(deque[int]):
    pass


@pytest.mark.parametrize(
    "value",
    [np.array(["text"]), {(1, 2): 3}, iter([1]), {1, 2}, random.Random(0), Ring([1]), np.random.default_rng(0)],
    ids=["text", "key", "iterator", "set", "random", "ring", "generator"],
)
def test_what_cannot_be_kept_is_named(value: Any) -> None:
    with pytest.raises(UnsavableError, match=r"^state\.inner\[0\]"):
        snapshot(SimpleNamespace(inner=[value]))
