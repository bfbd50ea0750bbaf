from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch

from analogbench.api import TileContext
from analogbench.api.streams import Streams
from analogbench.crossbar.array import Array
from analogbench.crossbar.response import CURVE_DOWN, CURVE_UP, EXPONENTIAL, LINEAR, POWER, TABLE, Response
from analogbench.crossbar.variation import Spread, draw_planes, soft_bounds_slopes

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _same_numbers_every_time() -> None:
    """Tests draw their inputs from torch's global generator."""
    torch.manual_seed(0)


KINDS = ("soft-bounds", "soft-bounds-additive", "constant", "exponential", "power", "table")


@dataclass(frozen=True)
class Factory:
    """Makes arrays whose replicas are copies of one instance, so that replicas are independent repetitions."""

    def __call__(self, kind: str, replicas: int, outputs: int, inputs: int, **spread: Any) -> Array:
        c2c, write_noise, device = spread.pop("c2c", 0.0), spread.pop("write_noise", 0.0), spread.pop("device", CPU)
        by_pulse = spread.pop("by_pulse", True)
        values: dict[str, Any] = {"tau": 0.6, "dw_min": 0.002} | spread
        planes = draw_planes((1, outputs, inputs), Spread(**values), Streams([1], CPU))
        response = self._curve(kind, planes, replicas)
        planes = planes.expand(-1, replicas, -1, -1).contiguous().to(device)
        response = replace(response, shared=response.shared.to(device))

        def column(value: float) -> torch.Tensor:
            return torch.full((replicas, 1, 1), float(value), device=device)

        noise = column(write_noise) if write_noise else None
        shape = (replicas, outputs, inputs)
        return Array(shape, planes, response, column(values["dw_min"]), column(c2c), noise, by_pulse)

    def _curve(self, kind: str, planes: torch.Tensor, replicas: int) -> Response:
        nothing = torch.zeros(replicas, 1)
        if kind.startswith("soft-bounds"):
            soft_bounds_slopes(planes)
            return Response(LINEAR, nothing, additive_noise=kind.endswith("additive"))
        if kind == "exponential":
            return Response(EXPONENTIAL, torch.tensor([[0.3, 0.4, 2.0, 1.5, 0.5, 0.1]]).repeat(replicas, 1))
        if kind == "power":
            planes[CURVE_UP], planes[CURVE_DOWN] = 1.7, 1.3
            return Response(POWER, nothing)
        if kind == "table":
            return Response(TABLE, torch.tensor([[1.6, 1.2, 0.5, 0.1, 0.2, 0.4, 1.1, 1.9]]).repeat(replicas, 1))
        return Response(LINEAR, nothing)


@pytest.fixture
def make_array() -> Callable[..., Array]:
    return Factory()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def context() -> Callable[..., TileContext]:
    def make(replicas: int = 1, seed: int = 0) -> TileContext:
        return TileContext(Streams(range(seed, seed + replicas), CPU), CPU)

    return make
