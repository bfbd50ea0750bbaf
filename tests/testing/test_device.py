"""Devices that break one thing each, and the rule of the contract that says so."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from torch import Tensor

from analogbench.api import Device, Params, TileContext, param
from analogbench.testing import DeviceContract
from analogbench.testing.runner import Verdict, verdicts
from analogbench.testing.tiles import ExactTile

Shape = tuple[int, int, int]


class SoundTile(ExactTile):
    """Soft bounds at ±τ, clipped."""

    def program(self, w: Tensor) -> None:
        self.w.copy_(w.clamp(-0.5, 0.5))


class SoundParams(Params):
    gain: float = param(1.0, "of updates", gt=0, stackable=True)


class Sound(Device):
    """Soft bounds with τ = 0.5."""

    name, source, Params = "sound", "here", SoundParams
    tile: Any = SoundTile

    def build_tile(self, shape: Shape, context: TileContext) -> ExactTile:
        tile: ExactTile = self.tile(shape, context, granularity=0.001, tau=0.5)
        return tile

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor] | None:
        return 1.0 - w / 0.5, 1.0 + w / 0.5

    def bounds(self) -> tuple[float, float] | None:
        return -0.5, 0.5


class Crooked(SoundTile):
    def backward(self, d: Tensor) -> Tensor:
        return d @ (1.1 * self.w)


class Climbs(SoundTile):
    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        super().update(x, d, -lr)


class Leaks(SoundTile):
    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        super().update(x, d, lr)
        self.w *= 0.9
        self.w -= 0.01


class Unbound(SoundTile):
    """Grows without end, linearly, whatever `program` does."""

    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        self.w -= lr * (d.mT @ x)
        self.pulses += 1.0


class Clock(SoundTile):
    """An instance that no seed decides."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.top = 0.4 + 0.1 * torch.rand(self.shape)

    def program(self, w: Tensor) -> None:
        self.w.copy_(torch.minimum(w.clamp(min=-0.5), self.top))


class Crowd(SoundTile):
    """An instance that depends on how many there are."""

    def program(self, w: Tensor) -> None:
        self.w.copy_(w.clamp(-0.5, 0.5 - 0.01 * self.shape[0]))


class Amnesia(SoundTile):
    def state_dict(self) -> dict[str, Any]:
        return {"pulses": self.pulses}

    def load_state_dict(self, data: dict[str, Any]) -> None:
        self.pulses.copy_(data["pulses"])


class Infects(SoundTile):
    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        super().update(x / (1.0 + 0.0 * x.sum()), d, lr)


class Free(SoundTile):
    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        super().update(x, d, lr)
        self.pulses.zero_()


class Flat(SoundTile):
    """Counts updates and not pulses."""

    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        before = self.pulses.clone()
        super().update(x, d, lr)
        self.pulses.copy_(before + 1.0)


class Shares(SoundTile):
    def read(self) -> Tensor:
        return self.w


class Single(SoundTile):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.pulses = self.pulses.float()


def tried(device: type[Device], tile: Any = SoundTile) -> dict[str, Verdict]:
    made = type(device.__name__, (device,), {"tile": tile, "__doc__": device.__doc__})
    suite = type("Suite", (DeviceContract,), {"device": made})
    return {verdict.rule.section.removeprefix("device-"): verdict for verdict in verdicts(suite)}


def test_a_sound_device_keeps_all_rules() -> None:
    found = tried(Sound)
    assert {name: verdict.text for name, verdict in found.items() if verdict.state != "ok"} == {}
    assert len(found) == 10


@pytest.mark.parametrize(
    ("tile", "sections", "numbers"),
    [
        (Crooked, {"products"}, "backward misses the weights by up to 0.02"),
        (Climbs, {"updates", "responses"}, "a rate of 0.025 moved the mean weight by 0.025"),
        (Leaks, {"updates", "responses", "symmetric-point"}, "x = 0 and d = 0 moved a weight by 0.01"),
        (Unbound, {"bounds", "responses", "symmetric-point"}, "many pulses drove a weight 9.5 beyond its bound"),
        (Clock, {"instances", "bounds"}, "bounds of two arrays with the same seeds differ by up to 0.0"),
        (Crowd, {"instances", "bounds"}, "bounds differ by up to 0.04 alone and as one of 5"),
        (Amnesia, {"restore"}, "after an interruption weights differ by up to 0."),
        (Infects, {"nan"}, "NaN in replica 1 moved the weights of replica 0 by inf"),
        (Free, {"pulses"}, r"moved \[35, 35, 35, 35, 35\] weights cost \[0.0, 0.0, 0.0, 0.0, 0.0\] pulses"),
        (Flat, {"pulses"}, r"moved \[35, 35, 35, 35, 35\] weights cost \[1.0, 1.0, 1.0, 1.0, 1.0\] pulses"),
        (Shares, {"products", "restore"}, r"read\(\) gives the weights themselves and not a copy"),
        (Single, set(), r"pulses are torch.float32 \(5,\), not float64"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_each_fault_is_found_with_its_numbers(tile: Any, sections: set[str], numbers: str) -> None:
    failed = {name: verdict for name, verdict in tried(Sound, tile).items() if verdict.state == "failed"}
    texts = {name: verdict.text for name, verdict in failed.items()}
    assert sections <= failed.keys(), texts
    assert len(sections) != 1 or failed.keys() == sections, texts
    assert any(re.search(numbers, text) for text in texts.values()), texts
    assert all(f"(docs/contracts.md#device-{name})" in text for name, text in texts.items())


class Steep(Sound):
    """Declares more than its tiles do."""

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor] | None:
        return 1.0 - w / 0.4, 1.0 + w / 0.5


class Wide(Sound):
    """Declares another range than its tiles have."""

    def bounds(self) -> tuple[float, float] | None:
        return -0.5, 0.6


class Shy(Sound):
    """Declares nothing."""

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor] | None:
        return None


def test_what_a_device_declares_is_held_against_what_its_tiles_do() -> None:
    assert tried(Steep)["responses"].text.startswith(
        "at w = -0.4 a change of 0.005 moved weights by 0.009 ± 0, the responses say 0.00994"
    )
    assert "bounds() says (-0.5, 0.6)" in tried(Wide)["bounds"].text
    quiet = tried(Shy)
    assert [quiet[name].state for name in ("responses", "symmetric-point")] == ["not applicable"] * 2
    assert quiet["responses"].text == "the device declares no responses"


def test_rules_to_which_the_place_matters_are_tried_on_all_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a GPU, another name of the CPU stands for one."""
    made: list[str] = []

    class Watched(Sound):
        def build_tile(self, shape: Shape, context: TileContext) -> ExactTile:
            made.append(str(context.torch_device))
            return super().build_tile(shape, context)

    monkeypatch.setattr("analogbench.testing.bench.targets", lambda device: ["cpu", "cpu:0"])
    suite = type("Suite", (DeviceContract,), {"device": Watched})
    everywhere = [name for name, rule in suite.rules().items() if rule.each == "target"]
    assert {name for name in suite.rules() if name not in everywhere} == {"test_described", "test_symmetric_point"}
    for name in everywhere:
        made.clear()
        getattr(suite(), name)("cpu:0")
        assert {*made} == {"cpu:0"}, name
