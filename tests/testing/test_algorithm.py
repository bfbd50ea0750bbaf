"""Rules that break one thing each, and the rule of the contract that says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from analogbench.api import RuleParams, SingleTileRule, Tile, TileContext, param
from analogbench.testing import AlgorithmContract
from analogbench.testing.jobs import CLOSE
from analogbench.testing.references import BoundedAnalog
from analogbench.testing.runner import Verdict, verdicts
from analogbench.testing.tiles import ExactTile


class Sound(SingleTileRule):
    """Hands the gradient on."""

    name, formula, source = "sound", "W ← U(W, −lr·g)", "here"

    def update(self, state: Any, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d, lr)


class Reads(Sound):
    """Decays towards what it reads."""

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d + 0.0 * state.read().mean(2)[:, None], lr)


class LooksInside(Sound):
    """Knows the tile."""

    def update(self, state: Any, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d + 0.0 * state.w.mean(), lr)


class TurnsBack(Sound):
    """Is cheap."""

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d, lr)
        state.pulses.zero_()


class OneRate(Sound):
    """Takes the first replica's rate for all."""

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d, float(lr.flatten()[0]) * torch.ones_like(lr))


class StrengthParams(RuleParams):
    strength: float = param(1.0, "of the step", gt=0, stackable=True)


class OneStrength(Sound):
    """Takes the first replica's parameter for all."""

    Params = StrengthParams

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d * float(self.params.strength.flatten()[0]), lr)


class Forgets(Sound):
    """Counts where no checkpoint looks."""

    def __init__(self, params: Any) -> None:
        super().__init__(params)
        self.seen = 0

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        self.seen += 1
        state.update(x, d / (1.0 + 0.1 * self.seen), lr)


class Mixes(Sound):
    """Sets aside what replicas have in common."""

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d - 0.01 * d.mean(0, keepdim=True), lr)


class Doubles(Sound):
    """Is too precise."""

    def forward(self, state: Tile, x: Tensor) -> Tensor:
        return state.forward(x).double()


class InPlace(Sound):
    """Works on what belongs to others."""

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d.clamp_(-0.1, 0.1), lr)


class Climbs(Sound):
    """Goes the other way."""

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.update(x, d, -0.1 * lr)


class LeavesOneBehind(Sound):
    """Never moves the last output of the third replica, whose error alone stays high."""

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        d = d.clone()
        d[2:3, :, -1] = 0.0
        state.update(x, d, lr)


class Digital(Sound):
    """Keeps its weights where no pulse is needed."""

    def build(self, make_tile: Any) -> Any:
        tile = make_tile("weight")
        return SimpleNamespace(tile=tile, w=torch.zeros(tile.shape))

    def forward(self, state: Any, x: Tensor) -> Tensor:
        return x @ state.w.mT

    def backward(self, state: Any, d: Tensor) -> Tensor:
        return d @ state.w

    def update(self, state: Any, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.w -= lr * (d.mT @ x)

    def weights(self, state: Any) -> Tensor:
        return state.w


class Misreports(Sound):
    """Tells of other weights than it has."""

    def weights(self, state: Tile) -> Tensor:
        return 0.9 * state.read()


class Silent(Sound):
    """Has no formula."""

    formula = ""


class Unfit(Sound):
    """Cannot say what it fits."""

    @classmethod
    def fits(cls, device: Any) -> bool:
        raise RuntimeError("no idea")


class Raises(Sound):
    """Breaks on batches of three."""

    def update(self, state: Tile, x: Tensor, d: Tensor, lr: Tensor) -> None:
        if x.shape[1] == 3:
            raise ZeroDivisionError("three")
        super().update(state, x, d, lr)


def tried(rule: type[Any]) -> dict[str, Verdict]:
    """The verdicts of the contract on the references alone."""

    class Suite(AlgorithmContract):
        algorithm = rule

        @classmethod
        def cases(cls, each: str) -> Sequence[str]:
            found = super().cases("reference")
            return found if each == "reference" else [f"{name} on cpu" for name in found]

    return {verdict.rule.section.removeprefix("algorithm-"): verdict for verdict in verdicts(Suite)}


def test_a_sound_rule_keeps_all_rules() -> None:
    found = tried(Sound)
    assert {name for name, verdict in found.items() if verdict.state != "ok"} == set()
    assert len(found) == 9


@pytest.mark.parametrize(
    ("rule", "sections", "numbers"),
    [
        (Reads, {"exact-access", "shapes", "weights", "pulses", "nan"}, "it called Tile.read"),
        (LooksInside, {"exact-access", "shapes", "weights", "pulses", "nan"}, "it used 'w' of a tile"),
        (TurnsBack, {"pulses"}, r"\[0.0, 0.0, 0.0, 0.0, 0.0\] are told of"),
        (OneRate, {"same-draws"}, "alone and as one of 5: train_loss is"),
        (OneStrength, {"same-draws"}, "contract-analog on cpu, alone and as one of 5: train_loss is"),
        (Forgets, {"restore"}, "without and with an interruption"),
        (Mixes, {"same-draws", "nan"}, "NaN in replica 1 moved the weights of replica 0 by inf"),
        (Doubles, {"shapes", "same-draws", "restore", "learns"}, "forward returned numbers of type"),
        (InPlace, {"shapes"}, "it changed the x or d that it was given"),
        (Climbs, {"learns"}, "took the error from 0.551 to"),
        (LeavesOneBehind, {"learns"}, "took the error from 0.551 to 0.* at best, not to a fifth"),
        (Digital, {"pulses"}, "the weights of replica 0 moved by 0.* with 0 pulses"),
        (Misreports, {"weights"}, r"weights\(\) and forward differ by up to 0"),
        (Silent, {"described"}, "Silent has no formula"),
        (Unfit, {"described"}, r"fits\(\) raised RuntimeError: no idea"),
        (
            Raises,
            {"exact-access", "shapes", "weights", "pulses", "nan"},
            r"raised ZeroDivisionError: three at line \d+ of test_algorithm.py \(",
        ),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_each_fault_is_found_with_its_numbers(rule: type[Any], sections: set[str], numbers: str) -> None:
    failed = {name: verdict for name, verdict in tried(rule).items() if verdict.state == "failed"}
    assert failed.keys() == sections, {name: verdict.text for name, verdict in failed.items()}
    texts = [verdict.text for verdict in failed.values()]
    assert any(re.search(numbers, text) for text in texts), texts
    assert all(f"(docs/contracts.md#algorithm-{name})" in verdict.text for name, verdict in failed.items())


def test_an_error_that_stops_several_rules_is_told_once() -> None:
    texts = {name: verdict.text for name, verdict in tried(Raises).items() if verdict.state == "failed"}
    assert texts.pop("shapes").startswith("raised ZeroDivisionError: three at line ")
    same = r"the same ZeroDivisionError at line \d+ of test_algorithm.py as in algorithm-shapes \("
    assert all(re.match(same, text) for text in texts.values()), texts


def test_rules_to_which_the_place_matters_are_tried_on_all_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a GPU, another name of the CPU stands for one."""
    made: list[str] = []

    def build_tile(self: BoundedAnalog, shape: tuple[int, int, int], context: TileContext) -> Tile:
        made.append(str(context.torch_device))
        return ExactTile(shape, context, granularity=0.001, tau=1.0)

    monkeypatch.setattr(BoundedAnalog, "build_tile", build_tile)
    monkeypatch.setattr("analogbench.testing.bench.targets", lambda device: ["cpu", "cpu:0"])
    monkeypatch.setitem(CLOSE, "cpu:0", CLOSE["cpu"])
    suite = type("Suite", (AlgorithmContract,), {"algorithm": Sound})
    for rule in ("test_shapes", "test_same_draws", "test_restore", "test_nan"):
        assert {"contract-bounded on cpu", "contract-bounded on cpu:0"} <= set(suite.cases(suite.rules()[rule].each))
        made.clear()
        getattr(suite(), rule)("contract-bounded on cpu:0")
        assert {*made} == {"cpu:0"}, rule
