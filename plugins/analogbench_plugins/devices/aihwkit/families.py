"""AIHWKIT's response families with all their parameters: the same names and defaults as the idealized devices have."""

from __future__ import annotations

from analogbench.api import Device
from analogbench_plugins.devices.aihwkit.device import KitDevice
from analogbench_plugins.devices.aihwkit.params import PulsedKitParams
from analogbench_plugins.devices.curves import ExpStepCurve, LinearStepCurve, PowStepCurve, SoftBoundsCurve


class KitSoftBoundsParams(PulsedKitParams, SoftBoundsCurve):  # type: ignore[misc]
    """All of SoftBoundsReferenceDevice."""


class KitSoftBounds(KitDevice):
    """AIHWKIT's soft bounds: steps vanish linearly at each crosspoint's bounds."""

    name = "aihwkit-softbounds"
    source = "AIHWKIT SoftBoundsReferenceDevice (Frascaroli et al. 2018)"
    in_default_grid = True
    kit_name = "SoftBoundsReferenceDevice"
    Params = KitSoftBoundsParams


class KitLinearStepParams(PulsedKitParams, LinearStepCurve):  # type: ignore[misc]
    """All of LinearStepDevice."""


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
    """All of ExpStepDevice."""


class KitExpStep(KitDevice):
    """AIHWKIT's exponential step."""

    name = "aihwkit-exp-step"
    source = "AIHWKIT ExpStepDevice, fitted to ReRAM (Gong et al. 2018)"
    kit_name = "ExpStepDevice"
    Params = KitExpStepParams


class KitPowStepParams(PulsedKitParams, PowStepCurve):  # type: ignore[misc]
    """All of PowStepDevice."""


class KitPowStep(KitDevice):
    """AIHWKIT's power step."""

    name = "aihwkit-pow-step"
    source = "AIHWKIT PowStepDevice"
    kit_name = "PowStepDevice"
    Params = KitPowStepParams


FAMILIES: list[type[Device]] = [KitSoftBounds, KitLinearStep, KitConstantStep, KitExpStep, KitPowStep]
