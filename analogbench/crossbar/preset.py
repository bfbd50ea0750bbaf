"""Parameters and assembly that pulsed devices share; a device adds its curve.

Names and defaults are AIHWKIT's (PulsedDevice, IOParameters, UpdateParameters), except `tau` for its w_max = −w_min.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from analogbench.api.params import Params, param

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from analogbench.api.device import TileContext
    from analogbench.api.tile import Tile
    from analogbench.crossbar.response import Response
    from analogbench.crossbar.variation import Spread


class PulsedParams(Params):
    """What every pulsed device can be told."""

    tau: float = param(0.6, "dynamic range: nominal bounds of a weight are ±tau", gt=0, stackable=True)
    dw_min: float = param(0.001, "granularity: nominal weight change of one pulse at w = 0", gt=0, stackable=True)
    dw_min_dtod: float = param(0.3, "device-to-device spread of dw_min, relative", ge=0, stackable=True)
    dw_min_dtod_log_normal: bool = param(False, "draw that spread log-normal instead of normal")
    dw_min_std: float = param(0.3, "cycle-to-cycle noise of a pulse, relative", ge=0, stackable=True)
    w_max_dtod: float = param(0.3, "device-to-device spread of the upper bound, relative", ge=0, stackable=True)
    w_min_dtod: float = param(0.3, "device-to-device spread of the lower bound, relative", ge=0, stackable=True)
    up_down: float = param(0.0, "relative difference of up and down steps; shifts the symmetric point", stackable=True)
    up_down_dtod: float = param(0.01, "device-to-device spread of up_down", ge=0, stackable=True)
    write_noise_std: float = param(
        0.0, "noise of the visible weight around the hidden one", ge=0, unit="dw_min", stackable=True
    )
    mode: Literal["pulsed", "expected"] = param("pulsed", "stochastic pulse trains, or their expected step")
    desired_bl: int = param(31, "longest pulse train", ge=1, le=10_000, unit="slots")
    update_management: bool = param(True, "balance the firing probabilities of rows and columns")
    update_bl_management: bool = param(True, "shorten the trains of samples that need few pulses")
    is_perfect: bool = param(False, "exact matrix products, without converters and noise")
    inp_bound: float = param(1.0, "DAC range is ±inp_bound", gt=0)
    inp_res: float = param(1 / 126, "DAC step as a fraction of its range; 0: continuous", ge=0)
    out_bound: float = param(12.0, "ADC range is ±out_bound", gt=0)
    out_res: float = param(1 / 510, "ADC step as a fraction of its range; 0: continuous", ge=0)
    out_noise: float = param(0.06, "Gaussian noise at each output before the ADC", ge=0, stackable=True)
    w_noise: float = param(0.0, "weight noise of each read, seen at the output as σ‖x‖ξ", ge=0, stackable=True)
    noise_management: bool = param(True, "scale each input vector by its largest entry")
    bound_management: bool = param(True, "halve a forward input until no output clips")


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


def assemble_tile(planes: Tensor, response: Response, params: PulsedParams, context: TileContext) -> Tile:
    """Make a tile from the constants of its crosspoints, its curve and the settings in `params`.

    planes: (PLANES, R, outputs, inputs). Stackable fields of `params` may be numbers or (R, 1, 1) tensors.
    """
    from analogbench.crossbar.array import Array
    from analogbench.crossbar.pulses import PulseSettings
    from analogbench.crossbar.tile import ExpectedTile, PulsedTile

    _, replicas, outputs, inputs = planes.shape
    write_noise = column(params.write_noise_std, replicas, planes.device) * column(
        params.dw_min, replicas, planes.device
    )
    array = Array(
        (replicas, outputs, inputs),
        planes,
        response,
        column(params.dw_min, replicas, planes.device),
        column(params.dw_min_std, replicas, planes.device),
        write_noise if bool(write_noise.any()) else None,
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
