"""When a state is kept; whatever goes wrong with it, training goes on."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from analogbench.engine import keeping as module
from analogbench.engine.checkpoint import Position
from analogbench.engine.keeping import Keeping
from analogbench.errors import UnsavableError


class Keeper:
    """Keeps what it gets in a list."""

    def __init__(self, state: dict[str, Any] | None = None, *, due: bool = True) -> None:
        self.state, self.is_due, self.saved, self.errors = state, due, [], []  # type: ignore[var-annotated]

    def load(self) -> dict[str, Any] | None:
        return self.state

    def due(self) -> bool:
        return self.is_due

    def save(self, state: Mapping[str, Any]) -> None:
        self.saved.append(state)

    def failed(self, error: UnsavableError) -> None:
        self.errors.append(str(error))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What time it is, and what becomes of states: a state is a position, unless it is bad."""
    clock = SimpleNamespace(now=100.0)

    def captured(loop: Any, position: Position) -> dict[str, Any]:
        if loop.bad:
            raise UnsavableError("a secret")
        return {"position": position}

    def restored(loop: Any, state: Mapping[str, Any]) -> Position:
        loop.touched = True
        if "position" not in state:
            raise UnsavableError("does not fit")
        return state["position"]  # type: ignore[no-any-return]

    monkeypatch.setattr(module, "captured", captured)
    monkeypatch.setattr(module, "restored", restored)
    monkeypatch.setattr(module.time, "perf_counter", lambda: clock.now)
    return clock


def assemble() -> Any:
    return SimpleNamespace(bad=False, touched=False)


def test_time_adds_up_over_all_attempts(clock: SimpleNamespace) -> None:
    kept = Position(epoch=2, done=3, noted=5, seconds=40.0)
    keeper = Keeper({"position": kept})
    keeping = Keeping(keeper, assemble, started=90.0)
    loop, position = keeping.begin()
    assert (position, loop.touched, keeping.seconds()) == (kept, True, 50.0)
    clock.now = 102.0
    keeping.look(loop, Position(epoch=3, noted=5))
    assert keeper.saved == [{"position": Position(epoch=3, noted=5, seconds=52.0)}]


def test_nothing_is_kept_before_it_is_time(clock: SimpleNamespace) -> None:
    keeper = Keeper(due=False)
    keeping = Keeping(keeper, assemble, 100.0)
    loop, position = keeping.begin()
    assert position == Position()
    keeping.look(loop, position)
    assert (keeper.saved, keeper.errors) == ([], [])


def test_a_state_that_does_not_fit_has_left_nothing_in_the_job(clock: SimpleNamespace) -> None:
    keeper = Keeper({"half": 1})
    loop, position = Keeping(keeper, assemble, 100.0).begin()
    assert (loop.touched, position, keeper.errors) == (False, Position(), ["does not fit"])


def test_a_state_that_cannot_be_kept_is_tried_once(clock: SimpleNamespace) -> None:
    keeper = Keeper()
    keeping = Keeping(keeper, assemble, 100.0)
    loop, position = keeping.begin()
    loop.bad = True
    for _ in range(3):
        keeping.look(loop, position)
    assert (keeper.saved, keeper.errors) == ([], ["a secret"])


def test_without_a_keeper_nothing_is_looked_at(clock: SimpleNamespace) -> None:
    keeping = Keeping(None, assemble, 99.0)
    loop, position = keeping.begin()
    loop.bad = True
    keeping.look(loop, position)
    assert (position, loop.touched, keeping.seconds()) == (Position(), False, 1.0)
