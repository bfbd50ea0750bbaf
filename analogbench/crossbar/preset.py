"""The assembly of a pulsed tile from parameters and the constants of its crosspoints; a device adds its curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from analogbench.api.device import TileContext
    from analogbench.api.tile import Tile
    from analogbench.crossbar.parameters import PulsedParams
    from analogbench.crossbar.response import Response
    from analogbench.crossbar.variation import Spread


def spread_of(params: PulsedParams, **more: Any) -> Spread:
    """The variation parameters of `params`, with `more` fields of Spread that only some devices have."""
    from analogbench.crossbar.variation import Spread

    names = (
        "tau",
        "dw_min",
        "dw_min_dtod",
        "dw_min_dtod_log_normal",
        "w_max_dtod",
        "w_min_dtod",
        "up_down",
        "up_down_dtod",
    )
    return Spread(**{name: getattr(params, name) for name in names}, **more)


def assemble_tile(
    planes: Tensor,
    response: Response,
    params: PulsedParams,
    context: TileContext,
    granularity: Tensor | float | None = None,
) -> Tile:
    """Make a tile from the constants of its crosspoints, its curve and the settings in `params`.

    planes: (PLANES, R, outputs, inputs). granularity: the mean step at w = 0, with which pulse trains are planned, a
    number or (R, 1, 1); `dw_min` if not given. Stackable fields of `params` may be numbers or (R, 1, 1) tensors.
    """
    from analogbench.crossbar.array import Array
    from analogbench.crossbar.pulses import PulseSettings
    from analogbench.crossbar.tile import ExpectedTile, PulsedTile

    _, replicas, outputs, inputs = planes.shape
    dw_min = column(params.dw_min, replicas, planes.device)
    write_noise = column(params.write_noise_std, replicas, planes.device) * dw_min
    array = Array(
        (replicas, outputs, inputs),
        planes,
        response,
        dw_min if granularity is None else column(granularity, replicas, planes.device),
        column(params.dw_min_std, replicas, planes.device),
        write_noise if bool(write_noise.any()) else None,
        by_pulse=params.mode == "pulsed",
    )
    periphery = _periphery(params, replicas, planes.device)
    if params.mode == "expected":
        return ExpectedTile(array, periphery, context.streams)
    settings = PulseSettings(params.desired_bl, params.update_management, params.update_bl_management)
    return PulsedTile(array, periphery, context.streams, settings)


def _periphery(params: PulsedParams, replicas: int, device: torch.device) -> Any:
    from analogbench.crossbar.periphery import Periphery

    w_noise = column(params.w_noise, replicas, device)
    return Periphery(
        perfect=params.is_perfect,
        out_noise=column(params.out_noise, replicas, device),
        w_noise=w_noise if bool(w_noise.any()) else None,
        inp_bound=params.inp_bound,
        inp_res=params.inp_res,
        out_bound=params.out_bound,
        out_res=params.out_res,
        noise_management=params.noise_management,
        bound_management=params.bound_management,
    )


def column(value: Tensor | float, replicas: int, device: torch.device) -> Tensor:
    """A number or a (R, 1, 1) tensor as a contiguous (R, 1, 1) float32 tensor."""
    import torch

    return torch.as_tensor(value, dtype=torch.float32, device=device).expand(replicas, 1, 1).contiguous()
