"""AIHWKIT's response families: the names and defaults of the idealized devices, and what only AIHWKIT has."""

from __future__ import annotations

from analogbench.api import Device, param
from analogbench_plugins.devices.aihwkit.device import KitDevice
from analogbench_plugins.devices.aihwkit.params import PulsedKitParams
from analogbench_plugins.devices.curves import ExpStepCurve, LinearStepCurve, PowStepCurve, SoftBoundsCurve


class KitSoftBoundsParams(PulsedKitParams, SoftBoundsCurve):  # type: ignore[misc]
    """What SoftBoundsReferenceDevice has."""


class KitSoftBounds(KitDevice):
    """AIHWKIT's soft bounds: steps vanish linearly at each crosspoint's bounds."""

    name = "aihwkit-softbounds"
    source = "AIHWKIT SoftBoundsReferenceDevice (Frascaroli et al. 2018)"
    in_default_grid = True
    kit_name = "SoftBoundsReferenceDevice"
    Params = KitSoftBoundsParams


class KitLinearStepParams(PulsedKitParams, LinearStepCurve):  # type: ignore[misc]
    """What LinearStepDevice has."""

    allow_increasing: bool = param(False, "slopes may have any sign, so that steps grow towards a bound")
    mean_bound_reference: bool = param(True, "slopes are relative to the nominal bounds, not to each crosspoint's")
    reverse_up: bool = param(False, "up steps are those of the reversed range")
    reverse_down: bool = param(False, "down steps are those of the reversed range")
    reverse_offset: float = param(0.01, "smallest step of a reversed range, relative")


class KitLinearStep(KitDevice):
    """AIHWKIT's linear step: steps are linear in the weight, clipped at each crosspoint's bounds."""

    name = "aihwkit-linear-step"
    source = "AIHWKIT LinearStepDevice"
    kit_name = "LinearStepDevice"
    Params = KitLinearStepParams


class KitConstantStep(KitDevice):
    """AIHWKIT's constant step, clipped at each crosspoint's bounds."""

    name = "aihwkit-constant-step"
    source = "AIHWKIT ConstantStepDevice (Gokmen & Vlasov 2016)"
    kit_name = "ConstantStepDevice"
    Params = PulsedKitParams


class KitExpStepParams(PulsedKitParams, ExpStepCurve):  # type: ignore[misc]
    """What ExpStepDevice has."""

    dw_min_std_add: float = param(0.0, "part of the cycle-to-cycle noise that does not depend on the step", ge=0)
    dw_min_std_slope: float = param(0.0, "part of the cycle-to-cycle noise that grows with the weight", ge=0)


class KitExpStep(KitDevice):
    """AIHWKIT's exponential step."""

    name = "aihwkit-exp-step"
    source = "AIHWKIT ExpStepDevice, fitted to ReRAM (Gong et al. 2018)"
    kit_name = "ExpStepDevice"
    Params = KitExpStepParams


class KitPowStepParams(PulsedKitParams, PowStepCurve):  # type: ignore[misc]
    """What PowStepDevice has."""


class KitPowStep(KitDevice):
    """AIHWKIT's power step."""

    name = "aihwkit-pow-step"
    source = "AIHWKIT PowStepDevice"
    kit_name = "PowStepDevice"
    Params = KitPowStepParams


FAMILIES: list[type[Device]] = [KitSoftBounds, KitLinearStep, KitConstantStep, KitExpStep, KitPowStep]
