"""Parameters of AIHWKIT's tiles, by AIHWKIT's own names and with its defaults (a test compares them)."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import create_model, model_validator
from pydantic.fields import FieldInfo

from analogbench.api import Params, param
from analogbench.crossbar.parameters import CrosspointParams, MappingParams, UpdateParams

# Members of AIHWKIT's enumerations that its C++ tiles have.
NoiseManagement = Literal["none", "abs_max", "abs_max_np_sum", "max", "constant", "average_abs_max"]
BoundManagement = Literal["none", "iterative", "iterative_worst_case"]
WeightNoise = Literal["none", "additive_constant", "pcm_read"]
PulseKind = Literal[
    "none", "stochastic_compressed", "stochastic", "none_with_device", "mean_count", "deterministic_implicit"
]
ProductKind = Literal["ideal", "one_pass", "pos_neg_separate", "pos_neg_separate_digital_sum"]


class IOParams(Params):
    """IOParameters: the DACs and ADCs around an array, forward and, where not said otherwise, backward."""

    is_perfect: bool = param(False, "exact matrix products, without converters and noise")
    mv_type: ProductKind = param("one_pass", "how a product is split into analog passes")
    inp_bound: float = param(1.0, "DAC range is ±inp_bound", gt=0, unit="input")
    inp_noise: float = param(0.0, "Gaussian noise at each input, after the DAC", ge=0, unit="input")
    inp_res: float = param(1 / 126, "DAC step as a fraction of its range; 0: continuous", ge=0, unit="1")
    inp_sto_round: bool = param(False, "round stochastically in the DAC")
    inp_asymmetry: float = param(0.0, "scale of negative inputs, where they have a pass of their own", unit="1")
    out_bound: float = param(12.0, "ADC range is ±out_bound", gt=0, unit="output")
    out_noise: float = param(0.06, "Gaussian noise at each output before the ADC", ge=0, unit="output")
    out_noise_std: float = param(0.0, "spread of that noise over outputs, relative", ge=0, unit="1")
    out_res: float = param(1 / 510, "ADC step as a fraction of its range; 0: continuous", ge=0, unit="1")
    out_sto_round: bool = param(False, "round stochastically in the ADC")
    out_scale: float = param(1.0, "fixed factor of the output", gt=0, unit="1")
    out_asymmetry: float = param(
        0.0, "scale of outputs of negative inputs, where they have a pass of their own", unit="1"
    )
    noise_management: NoiseManagement = param("abs_max", "how each input vector is scaled")
    bound_management: BoundManagement = param("iterative", "what is done about clipped outputs; forward only")
    w_noise: float = param(0.0, "strength of the noise w_noise_type, seen at the output", ge=0, unit="weight")
    w_noise_type: WeightNoise = param("none", "weight noise of each read")
    ir_drop: float = param(0.0, "scale of the voltage drop along the inputs", ge=0, unit="1")
    ir_drop_g_ratio: float = param(
        1 / 0.35 / 5e-6, "wire conductance between cells over a cell's largest", gt=0, unit="1"
    )
    out_nonlinearity: float = param(0.0, "S-shaped non-linearity of the output", ge=0, unit="1")
    out_nonlinearity_std: float = param(0.0, "its spread over outputs, relative", ge=0, unit="1")
    slope_calibration: float = param(0.0, "where in the output range the slope is calibrated to 1", ge=0, unit="1")
    v_offset_std: float = param(0.0, "spread of voltage offsets over outputs", ge=0, unit="1")
    v_offset_w_min: float = param(-1.0, "voltage offset of an implicit reference unit", unit="weight")
    r_series: float = param(0.0, "series resistance, as a fraction of the total output current", ge=0, unit="1")
    w_read_asymmetry_dtod: float = param(
        0.0, "device-to-device spread of the response to negative inputs", ge=0, unit="1"
    )
    max_bm_factor: int = param(1000, "largest reduction of the input by bound management", ge=1, unit="1")
    max_bm_res: float = param(0.25, "limits that reduction to max_bm_res / inp_res", ge=0, unit="1")
    bm_test_negative_bound: bool = param(True, "bound management looks at the negative bound, too")
    nm_thres: float = param(
        0.0, "the factor of noise_management=constant; else its upper limit, 0: none", ge=0, unit="input"
    )


def _unit(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _only_backward(model: type[Params]) -> dict[str, Any]:
    """A field `backward_x` for each field x of `model`, by default none."""
    return {
        f"backward_{name}": (
            field.annotation | None,
            param(None, f"{name} of backward products, if it differs", unit=_unit(field)),
        )
        for name, field in model.model_fields.items()
        if field.annotation is not None
    }


BackwardParams: type[Params] = create_model("BackwardParams", __base__=Params, **_only_backward(IOParams))


class KitUpdateParams(UpdateParams):
    """UpdateParameters; `update_res` and `update_sto_round` are AIHWKIT's `res` and `sto_round`."""

    pulse_type: PulseKind = param("stochastic_compressed", "how pulse trains are made; none: exact updates")
    fixed_bl: bool = param(True, "without update_bl_management: trains of the desired length, always")
    update_res: float = param(0.0, "resolution of the firing probabilities; 0: continuous", unit="1")
    update_sto_round: bool = param(False, "round them stochastically")
    x_res_implicit: float = param(0.0, "resolution of inputs in deterministic_implicit trains", unit="input")
    d_res_implicit: float = param(0.0, "resolution of errors in deterministic_implicit trains", unit="error")
    um_grad_scale: float = param(1.0, "update management scales the error by this factor", gt=0, unit="1")


class KitMappingParams(MappingParams):
    """MappingParameter; bias and learned out-scale belong to the layer, on every device alike."""

    weight_scaling_omega: float = param(
        0.0, "initial weights are scaled to fill ±omega; 0: not scaled", ge=0, unit="weight"
    )
    weight_scaling_columnwise: bool = param(False, "a factor for each output")
    weight_scaling_lr_compensation: bool = param(False, "scale the learning rate instead of the gradient")


class KitParams(BackwardParams, KitMappingParams, IOParams, KitUpdateParams):  # type: ignore[valid-type,misc]
    """What every device of AIHWKIT can be told."""

    implementation: Literal["native", "composed"] | None = param(
        None, "AIHWKIT's own compound of the rule, or its tiles used from Python; none: native where there is one"
    )

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        """AIHWKIT refuses to scale inputs to another bound than 1."""
        for side in ("", "backward_"):
            bound, management = (
                self.inp_bound if getattr(self, f"{side}inp_bound") is None else getattr(self, f"{side}inp_bound"),
                getattr(self, f"{side}noise_management") or self.noise_management,
            )
            if bound != 1.0 and management != "none":
                raise ValueError(f"{side}inp_bound must be 1 unless {side}noise_management is none")
        return self


class PulsedKitParams(KitParams, CrosspointParams):
    """Adds what AIHWKIT's PulsedDevice has."""

    lifetime: float = param(0.0, "weights decay by 1/lifetime in each training step; 0: never", ge=0, unit="steps")
    lifetime_dtod: float = param(0.0, "device-to-device spread of lifetime, relative", ge=0, unit="1")
    diffusion: float = param(0.0, "standard deviation of a random walk in each training step", ge=0, unit="weight")
    diffusion_dtod: float = param(0.0, "device-to-device spread of diffusion, relative", ge=0, unit="1")
    enforce_consistency: bool = param(True, "bounds and steps keep their signs, whatever their spread")
    perfect_bias: bool = param(False, "up and down steps have the same spread")
    corrupt_devices_prob: float = param(0.0, "share of crosspoints that are stuck", ge=0, le=1, unit="1")
    corrupt_devices_range: float = param(0.1, "they are stuck at values of up to ± this", ge=0, unit="weight")


class PresetParams(KitParams):
    """Presets are read with 20-fold dynamic range and more noise (AIHWKIT's PresetIOParameters)."""

    out_bound: float = param(20.0, "ADC range is ±out_bound", gt=0, unit="output")
    out_noise: float = param(0.1, "Gaussian noise at each output before the ADC", ge=0, unit="output")
