"""The device of the theory: exact soft-bounds dynamics, nothing else."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from analogbench.api import Device, Params, Tile, TileContext, hookimpl, param

if TYPE_CHECKING:
    from torch import Tensor


class IdealParams(Params):
    """What the theory of [P24] leaves free."""

    tau: float = param(0.6, "dynamic range: weights stay within ±tau", gt=0, stackable=True, unit="weight")
    sigma: float = param(
        0.0, "standard deviation of Gaussian noise on each gradient entry", ge=0, stackable=True, unit="gradient"
    )
    dw_min: float = param(
        0.001, "granularity, only to count the pulses a device would need", gt=0, stackable=True, unit="weight"
    )


class IdealSoftBounds(Device):
    """The analog update of the theory, W ← W + Δ − |Δ|⊙W/τ with Δ = −lr·(g + σξ); perfect reads."""

    name = "ideal-softbounds"
    source = "Wu, Gokmen, Rasch, Chen, NeurIPS 2024, eq. 5"
    Params = IdealParams
    nominal = MappingProxyType({"sigma": 0.0})

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return 1.0 - w / self.params.tau, 1.0 + w / self.params.tau

    def bounds(self) -> tuple[float, float]:
        return -self.params.tau, self.params.tau

    def build_tile(self, shape: tuple[int, int, int], context: TileContext) -> Tile:
        import torch

        from analogbench.crossbar.array import Array
        from analogbench.crossbar.periphery import Periphery
        from analogbench.crossbar.preset import column
        from analogbench.crossbar.response import LINEAR, Response
        from analogbench.crossbar.tile import ExpectedTile
        from analogbench.crossbar.variation import Spread, draw_planes, soft_bounds_slopes

        p, replicas, device = self.params, shape[0], context.torch_device
        planes = soft_bounds_slopes(draw_planes((replicas, 1, 1), Spread(p.tau, p.dw_min), context.streams))
        zero = torch.zeros(replicas, 1, 1, device=device)
        response = Response(LINEAR, torch.zeros(replicas, 1, device=device))
        array = Array(shape, planes, response, column(p.dw_min, replicas, device), c2c=zero, by_pulse=False)
        sigma = column(p.sigma, replicas, device)
        noisy = sigma if bool(sigma.any()) else None
        return ExpectedTile(array, Periphery(True, out_noise=zero), context.streams, noisy)


@hookimpl
def analogbench_devices() -> list[type[Device]]:
    """The theory's device."""
    return [IdealSoftBounds]
