"""AIHWKIT's response families: the names and defaults of the idealized devices, and what only AIHWKIT has."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from analogbench.api import Device, param
from analogbench_plugins.devices import curves
from analogbench_plugins.devices.aihwkit.device import KitDevice
from analogbench_plugins.devices.aihwkit.params import PulsedKitParams
from analogbench_plugins.devices.curves import ExpStepCurve, LinearStepCurve, PowStepCurve, SoftBoundsCurve

if TYPE_CHECKING:
    from torch import Tensor


class KitFamily(KitDevice):
    """A family of AIHWKIT, whose curve is known."""

    nominal = curves.NOMINAL

    def bounds(self) -> tuple[float, float]:
        return -self.params.tau, self.params.tau


class KitSoftBoundsParams(PulsedKitParams, SoftBoundsCurve):  # type: ignore[misc]
    """What SoftBoundsReferenceDevice has."""


class KitSoftBounds(KitFamily):
    """AIHWKIT's soft bounds: steps vanish linearly at each crosspoint's bounds."""

    name = "aihwkit-softbounds"
    source = "AIHWKIT SoftBoundsReferenceDevice (Frascaroli et al. 2018)"
    in_default_grid = True
    kit_name = "SoftBoundsReferenceDevice"
    Params = KitSoftBoundsParams

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return curves.soft_bounds(self.params, w)


class KitLinearStepParams(PulsedKitParams, LinearStepCurve):  # type: ignore[misc]
    """What LinearStepDevice has."""

    allow_increasing: bool = param(False, "slopes may have any sign, so that steps grow towards a bound")
    mean_bound_reference: bool = param(True, "slopes are relative to the nominal bounds, not to each crosspoint's")
    reverse_up: bool = param(False, "up steps are those of the reversed range")
    reverse_down: bool = param(False, "down steps are those of the reversed range")
    reverse_offset: float = param(0.01, "smallest step of a reversed range, relative", unit="1")


class KitLinearStep(KitFamily):
    """AIHWKIT's linear step: steps are linear in the weight, clipped at each crosspoint's bounds."""

    name = "aihwkit-linear-step"
    source = "AIHWKIT LinearStepDevice"
    kit_name = "LinearStepDevice"
    Params = KitLinearStepParams
    nominal = MappingProxyType({**curves.NOMINAL, "gamma_up_dtod": 0.0, "gamma_down_dtod": 0.0})

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return curves.linear_step(self.params, w)


class KitConstantStep(KitFamily):
    """AIHWKIT's constant step, clipped at each crosspoint's bounds."""

    name = "aihwkit-constant-step"
    source = "AIHWKIT ConstantStepDevice (Gokmen & Vlasov 2016)"
    kit_name = "ConstantStepDevice"
    Params = PulsedKitParams

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return curves.constant_step(self.params, w)


class KitExpStepParams(PulsedKitParams, ExpStepCurve):  # type: ignore[misc]
    """What ExpStepDevice has."""

    dw_min_std_add: float = param(
        0.0, "part of the cycle-to-cycle noise that does not depend on the step", ge=0, unit="1"
    )
    dw_min_std_slope: float = param(0.0, "part of the cycle-to-cycle noise that grows with the weight", ge=0, unit="1")


class KitExpStep(KitFamily):
    """AIHWKIT's exponential step."""

    name = "aihwkit-exp-step"
    source = "AIHWKIT ExpStepDevice, fitted to ReRAM (Gong et al. 2018)"
    kit_name = "ExpStepDevice"
    Params = KitExpStepParams

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return curves.exp_step(self.params, w)


class KitPowStepParams(PulsedKitParams, PowStepCurve):  # type: ignore[misc]
    """What PowStepDevice has."""


class KitPowStep(KitFamily):
    """AIHWKIT's power step."""

    name = "aihwkit-pow-step"
    source = "AIHWKIT PowStepDevice"
    kit_name = "PowStepDevice"
    Params = KitPowStepParams
    nominal = MappingProxyType({**curves.NOMINAL, "pow_gamma_dtod": 0.0})

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return curves.pow_step(self.params, w)


FAMILIES: list[type[Device]] = [KitSoftBounds, KitLinearStep, KitConstantStep, KitExpStep, KitPowStep]
