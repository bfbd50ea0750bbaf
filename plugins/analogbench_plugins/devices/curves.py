"""Parameters of the response families, which the idealized devices and AIHWKIT's share."""

from __future__ import annotations

from analogbench.api import Params, param


class SoftBoundsCurve(Params):
    """What AIHWKIT's SoftBoundsReference has besides."""

    mult_noise: bool = param(False, "cycle-to-cycle noise scales with the step instead of dw_min")
    slope_up_dtod: float = param(0.0, "spread of the upward slope, which scales the upper bound", ge=0, stackable=True)
    slope_down_dtod: float = param(
        0.0, "spread of the downward slope, which scales the lower bound", ge=0, stackable=True
    )
    reference_mean: float = param(0.0, "mean of the reference conductance that is subtracted", stackable=True)
    reference_std: float = param(0.0, "spread of the reference conductance", ge=0, stackable=True)
    subtract_symmetry_point: bool = param(False, "subtract each crosspoint's symmetric point")


class LinearStepCurve(Params):
    """What AIHWKIT's LinearStep has besides."""

    gamma_up: float = param(0.0, "decrease of the up step from w = 0 to the bound, relative", stackable=True)
    gamma_down: float = param(0.0, "decrease of the down step from w = 0 to the bound, relative", stackable=True)
    gamma_up_dtod: float = param(0.05, "device-to-device spread of gamma_up", ge=0, stackable=True)
    gamma_down_dtod: float = param(0.05, "device-to-device spread of gamma_down", ge=0, stackable=True)
    mult_noise: bool = param(True, "cycle-to-cycle noise scales with the step instead of dw_min")


class ExpStepCurve(Params):
    """What AIHWKIT's ExpStep has besides."""

    A_up: float = param(0.00081, "A₊", stackable=True)
    A_down: float = param(0.36833, "A₋", stackable=True)
    gamma_up: float = param(12.44625, "γ₊", stackable=True)
    gamma_down: float = param(12.78785, "γ₋", stackable=True)
    a: float = param(0.244, "slope of z = 2a·w/(w_max − w_min) + b", stackable=True)
    b: float = param(0.2425, "offset of z", stackable=True)


class PowStepCurve(Params):
    """What AIHWKIT's PowStep has besides."""

    pow_gamma: float = param(1.0, "exponent γ of both curves", stackable=True)
    pow_gamma_dtod: float = param(0.1, "device-to-device spread of the exponent, relative", ge=0, stackable=True)
    pow_up_down: float = param(0.0, "relative difference of the exponents up and down", stackable=True)
    pow_up_down_dtod: float = param(0.0, "device-to-device spread of that difference", ge=0, stackable=True)
