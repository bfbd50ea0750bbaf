"""Measures the responses of a device by its updates alone. Imports torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from analogbench.api.device import Device, TileContext
from analogbench.api.streams import Streams
from analogbench.api.tile import Tile

Responses = Callable[[Tensor], tuple[Tensor, Tensor] | None]

REPLICAS, LINES = 60, 6
CHANGE = 1 / 200
"""Of the range: what is asked for at once; a few pulses of most devices."""
STARTS = (-0.8, -0.4, 0.0, 0.4, 0.8)
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Found:
    """What an update did. start: the weight before. asked: the change that was asked for. measured, error: the mean
    change and its standard error. expected: what the responses say."""

    start: float
    asked: float
    measured: float
    error: float
    expected: float

    def __str__(self) -> str:
        moved = f"moved weights by {self.measured:.4g} ± {self.error:.2g}"
        return f"at w = {self.start:.3g} a change of {self.asked:.3g} {moved}, the responses say {self.expected:.4g}"

    @property
    def agrees(self) -> bool:
        """Within five standard errors and 2 % of what was asked for: pulses come in steps."""
        return abs(self.measured - self.expected) <= 5 * self.error + 0.02 * abs(self.asked)


def compare(device: Device, responses: Responses, bounds: tuple[float, float], target: str) -> Iterator[Found]:
    """Updates at several weights, both ways. bounds: between which the weights are chosen. target: where tiles live."""
    low, high = bounds
    tile = _tile(device, torch.device(target))
    for place in STARTS:
        start = (low + high + place * (high - low)) / 2
        for asked in (CHANGE * (high - low), -CHANGE * (high - low)):
            measured, error = _moved(tile, start, [asked])
            yield Found(start, asked, measured, error, _expected(responses, start, asked))


def symmetric_point(responses: Responses, low: float, high: float) -> float | None:
    """Where q₊ = q₋, found by bisection; None if the two cross nowhere between `low` and `high`."""

    def gap(w: float) -> float:
        up, down = responses(torch.tensor([w], dtype=torch.float64)) or (torch.zeros(1), torch.zeros(1))
        return float(up - down)

    left, right = low + 1e-3 * (high - low), high - 1e-3 * (high - low)
    if gap(left) * gap(right) >= 0:
        return None
    sign = 1.0 if gap(left) > 0 else -1.0
    for _ in range(60):
        middle = (left + right) / 2
        left, right = (middle, right) if sign * gap(middle) > 0 else (left, middle)
    return (left + right) / 2


def drifts(device: Device, point: float, span: float) -> Iterator[tuple[float, float, float]]:
    """Where as many changes up as down lead, from below the symmetric point, from it and from above: the start, the
    mean drift and its standard error."""
    tile = _tile(device, CPU)
    for offset in (-0.2, 0.0, 0.2):
        start = point + offset * span
        change = CHANGE * span
        turns = [change / 2, *[-change, change] * 39, -change, change / 2]  # so that neither side has the last word
        yield start, *_moved(tile, start, turns)


def _tile(device: Device, where: torch.device) -> Tile:
    return device.build_tile((REPLICAS, LINES, LINES), TileContext(Streams(range(REPLICAS), where), where))


def _moved(tile: Tile, start: float, changes: list[float]) -> tuple[float, float]:
    """The mean change of weights that are at `start`, and its standard error; replicas are independent."""
    ones = torch.ones(REPLICAS, 1, LINES, device=tile.pulses.device)
    tile.program(torch.full((REPLICAS, LINES, LINES), start, device=tile.pulses.device))
    before = tile.read().clone()
    for change in changes:
        tile.update(ones, ones, -change)
    moved = (tile.read() - before).mean((1, 2))  # (REPLICAS,)
    return float(moved.mean()), float(moved.std()) / REPLICAS**0.5


def _expected(responses: Responses, start: float, asked: float) -> float:
    """The change by dw = q±(w)·dΔ, in small steps."""
    w, steps = torch.tensor([start], dtype=torch.float64), 20
    for _ in range(steps):
        up, down = responses(w) or (torch.ones(1), torch.ones(1))
        w = w + (up if asked > 0 else down) * asked / steps
    return float(w) - start
