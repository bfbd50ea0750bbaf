"""Parameters that devices share, by what they describe; a device's own model is made of these.

Names and defaults are AIHWKIT's (PulsedDevice, IOParameters, UpdateParameters), except `tau` for its w_max = −w_min.
"""

from __future__ import annotations

from typing import Literal

from analogbench.api.params import Params, param


class CrosspointParams(Params):
    """Range, granularity and variations of the crosspoints of a pulsed device."""

    tau: float = param(0.6, "dynamic range: nominal bounds of a weight are ±tau", gt=0, stackable=True, unit="weight")
    dw_min: float = param(
        0.001, "granularity: nominal weight change of one pulse at w = 0", gt=0, stackable=True, unit="weight"
    )
    dw_min_dtod: float = param(0.3, "device-to-device spread of dw_min, relative", ge=0, stackable=True, unit="1")
    dw_min_dtod_log_normal: bool = param(False, "draw that spread log-normal instead of normal")
    dw_min_std: float = param(0.3, "cycle-to-cycle noise of a pulse, relative", ge=0, stackable=True, unit="1")
    w_max_dtod: float = param(
        0.3, "device-to-device spread of the upper bound, relative", ge=0, stackable=True, unit="1"
    )
    w_min_dtod: float = param(
        0.3, "device-to-device spread of the lower bound, relative", ge=0, stackable=True, unit="1"
    )
    up_down: float = param(
        0.0, "relative difference of up and down steps; shifts the symmetric point", stackable=True, unit="1"
    )
    up_down_dtod: float = param(0.01, "device-to-device spread of up_down", ge=0, stackable=True, unit="1")
    write_noise_std: float = param(
        0.0, "noise of the visible weight around the hidden one", ge=0, unit="dw_min", stackable=True
    )


class ConverterParams(Params):
    """The DACs and ADCs around an array."""

    is_perfect: bool = param(False, "exact matrix products, without converters and noise")
    inp_bound: float = param(1.0, "DAC range is ±inp_bound", gt=0, unit="input")
    inp_res: float = param(1 / 126, "DAC step as a fraction of its range; 0: continuous", ge=0, unit="1")
    out_bound: float = param(12.0, "ADC range is ±out_bound", gt=0, unit="output")
    out_res: float = param(1 / 510, "ADC step as a fraction of its range; 0: continuous", ge=0, unit="1")
    out_noise: float = param(0.06, "Gaussian noise at each output before the ADC", ge=0, stackable=True, unit="output")
    w_noise: float = param(
        0.0, "weight noise of each read, seen at the output as σ‖x‖ξ", ge=0, stackable=True, unit="weight"
    )
    noise_management: bool = param(True, "scale each input vector by its largest entry")
    bound_management: bool = param(True, "halve a forward input until no output clips")


class UpdateParams(Params):
    """How gradients become pulse trains."""

    desired_bl: int = param(31, "longest pulse train", ge=1, le=10_000, unit="slots")
    update_management: bool = param(True, "balance rows and columns; on wherever update_bl_management is")
    update_bl_management: bool = param(True, "shorten the trains of samples that need few pulses")


class MappingParams(Params):
    """How a layer's matrix lies on arrays: on one, unless a limit is given (AIHWKIT's own default is 512)."""

    max_input_size: int = param(
        0, "columns of the largest array; a wider layer is cut; 0: no limit", ge=0, unit="columns"
    )
    max_output_size: int = param(0, "rows of the largest array; a higher layer is cut; 0: no limit", ge=0, unit="rows")


class PulsedParams(MappingParams, ConverterParams, UpdateParams, CrosspointParams):
    """What every idealized pulsed device can be told."""

    mode: Literal["pulsed", "expected"] = param("pulsed", "stochastic pulse trains, or their expected step")
