"""A device whose response is a table of measured points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import field_validator, model_validator

from analogbench.api import Device, Tile, TileContext, hookimpl, param
from analogbench.crossbar.parameters import PulsedParams
from analogbench.crossbar.preset import assemble_tile, column, spread_of
from analogbench_plugins.devices import curves

if TYPE_CHECKING:
    from typing import Self

    from torch import Tensor

MOST_POINTS = 1000


class PiecewiseStepParams(PulsedParams):
    """All of the device."""

    up: str = param("2 1 0", "up steps, multiples of dw_min at equally spaced weights from −tau to tau; by spaces")
    down: str = param("0 1 2", "down steps, as many")

    mult_noise: bool = param(True, "cycle-to-cycle noise scales with the step instead of dw_min")

    @field_validator("up", "down")
    @classmethod
    def _readable(cls, text: str) -> str:
        """Numbers ≥ 0, written in one way. Raises ValueError."""
        try:
            numbers = [float(piece) for piece in text.split()]
        except ValueError:
            raise ValueError("should be numbers with spaces between them, such as '2 1 0'") from None
        if not 2 <= len(numbers) <= MOST_POINTS:
            raise ValueError(f"should be 2 to {MOST_POINTS} numbers, not {len(numbers)}")
        if not all(0.0 <= number < 1e6 for number in numbers) or not any(numbers):
            raise ValueError("steps should be 0 or more, and not all 0")
        return " ".join(map(repr, numbers))

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        """Raises ValueError."""
        if len(self.up.split()) != len(self.down.split()):
            raise ValueError("up and down should have as many numbers")
        return self


class PiecewiseStep(Device):
    """Piecewise linear: q₊ and q₋ are lines between measured points, at equally spaced weights between the bounds."""

    name = "piecewise-step"
    source = "AIHWKIT PiecewiseStep"
    in_default_grid = False  # its curves are nobody's device until they are given
    Params = PiecewiseStepParams
    nominal = curves.NOMINAL

    def bounds(self) -> tuple[float, float]:
        return -self.params.tau, self.params.tau

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """The tables, times each side's scale; in units of the step with which trains are planned."""
        p = self.params
        tables, scales = (_points(p.up), _points(p.down)), curves.scales(p)
        unit = _planned(*tables)
        up, down = (scale / unit * _between(table, w / p.tau) for table, scale in zip(tables, scales, strict=True))
        return up, down

    def build_tile(self, shape: tuple[int, int, int], context: TileContext) -> Tile:
        import torch

        from analogbench.crossbar.response import TABLE, Response
        from analogbench.crossbar.variation import draw_planes

        p, replicas = self.params, shape[0]
        # stacked parameters are no model of their own any more
        up, down = _points(p.up), _points(p.down)
        shared = torch.tensor([up + down], device=context.torch_device).expand(replicas, -1).contiguous()  # (R, 2K)
        planes = draw_planes(shape, spread_of(p), context.streams)
        granularity = column(p.dw_min, replicas, context.torch_device) * _planned(up, down)
        return assemble_tile(planes, Response(TABLE, shared, additive_noise=not p.mult_noise), p, context, granularity)


def _points(table: str) -> list[float]:
    return [float(piece) for piece in table.split()]


def _planned(up: list[float], down: list[float]) -> float:
    """The step with which trains are planned, in units of dw_min: the larger one in the middle, which for tables that
    were fitted is 1."""
    return max(0.5 * (points[(len(points) - 1) // 2] + points[len(points) // 2]) for points in (up, down)) or 1.0


def _between(points: list[float], place: Tensor) -> Tensor:
    """Linear between points that are equally spaced from −1 to 1, and beyond the last ones as between them."""
    import torch

    table = torch.tensor(points, dtype=place.dtype, device=place.device)
    position = (place + 1.0) / 2.0 * (len(points) - 1)
    left = position.floor().clamp(0, len(points) - 2).long()
    return table[left] + (table[left + 1] - table[left]) * (position - left)


@hookimpl
def analogbench_devices() -> list[type[Device]]:
    """The table."""
    return [PiecewiseStep]
