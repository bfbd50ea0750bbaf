"""Pulsed devices with AIHWKIT's response families, defaults and converters."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from analogbench.api import Device, Tile, TileContext, hookimpl
from analogbench.crossbar.parameters import PulsedParams
from analogbench.crossbar.preset import assemble_tile, column, spread_of
from analogbench_plugins.devices import curves
from analogbench_plugins.devices.curves import ExpStepCurve, LinearStepCurve, PowStepCurve, SoftBoundsCurve

if TYPE_CHECKING:
    from torch import Tensor

Shape = tuple[int, int, int]


class _Pulsed(Device):
    """What all pulsed devices have in common."""

    def bounds(self) -> tuple[float, float]:
        return -self.params.tau, self.params.tau


class SoftBoundsParams(PulsedParams, SoftBoundsCurve):
    """All of the device."""


class SoftBounds(_Pulsed):
    """Soft bounds: q₊ = s₊(1 − w/w_max), q₋ = s₋(1 − w/w_min); steps vanish at the bounds."""

    name = "softbounds"
    source = "AIHWKIT SoftBoundsReference (Frascaroli et al. 2018)"
    Params = SoftBoundsParams
    nominal = curves.NOMINAL

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return curves.soft_bounds(self.params, w)

    def build_tile(self, shape: Shape, context: TileContext) -> Tile:
        from analogbench.crossbar.response import LINEAR, Response
        from analogbench.crossbar.variation import draw_planes, soft_bounds_slopes

        p = self.params
        names = ("slope_up_dtod", "slope_down_dtod", "reference_mean", "reference_std", "subtract_symmetry_point")
        spread = spread_of(p, **{name: getattr(p, name) for name in names})
        planes = soft_bounds_slopes(draw_planes(shape, spread, context.streams))
        response = Response(LINEAR, _nothing_shared(shape, context), additive_noise=not p.mult_noise)
        return assemble_tile(planes, response, p, context)


class LinearStepParams(PulsedParams, LinearStepCurve):
    """All of the device."""


class LinearStep(_Pulsed):
    """Linear step: q₊ = s₊(1 − γ₊w/τ), q₋ = s₋(1 + γ₋w/τ), clipped at each crosspoint's bounds."""

    name = "linear-step"
    source = "AIHWKIT LinearStep"
    Params = LinearStepParams
    nominal = MappingProxyType({**curves.NOMINAL, "gamma_up_dtod": 0.0, "gamma_down_dtod": 0.0})

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return curves.linear_step(self.params, w)

    def build_tile(self, shape: Shape, context: TileContext) -> Tile:
        from analogbench.crossbar.response import LINEAR, Response
        from analogbench.crossbar.variation import draw_planes, linear_slopes

        p = self.params
        planes = draw_planes(shape, spread_of(p), context.streams)
        # AIHWKIT forbids steps that grow towards the bound: |γ|
        up = (p.gamma_up + p.gamma_up_dtod * context.streams.normal("gamma_up", *shape[1:])).abs()
        down = (p.gamma_down + p.gamma_down_dtod * context.streams.normal("gamma_down", *shape[1:])).abs()
        response = Response(LINEAR, _nothing_shared(shape, context), additive_noise=not p.mult_noise)
        return assemble_tile(linear_slopes(planes, up, down, p.tau), response, p, context)


class ConstantStep(_Pulsed):
    """Constant step: q₊ = s₊, q₋ = s₋, clipped at each crosspoint's bounds."""

    name = "constant-step"
    source = "AIHWKIT ConstantStep (Gokmen & Vlasov 2016)"
    Params = PulsedParams
    nominal = curves.NOMINAL

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return curves.constant_step(self.params, w)

    def build_tile(self, shape: Shape, context: TileContext) -> Tile:
        from analogbench.crossbar.response import LINEAR, Response
        from analogbench.crossbar.variation import draw_planes

        planes = draw_planes(shape, spread_of(self.params), context.streams)
        return assemble_tile(planes, Response(LINEAR, _nothing_shared(shape, context)), self.params, context)


class ExpStepParams(PulsedParams, ExpStepCurve):
    """All of the device."""


class ExpStep(_Pulsed):
    """Exponential step: q₊ = s₊·max(1 − A₊exp(γ₊z), 0), q₋ likewise with −z; z = 2a·w/(w_max − w_min) + b."""

    name = "exp-step"
    source = "AIHWKIT ExpStep, fitted to ReRAM (Gong et al. 2018)"
    Params = ExpStepParams
    nominal = curves.NOMINAL

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return curves.exp_step(self.params, w)

    def build_tile(self, shape: Shape, context: TileContext) -> Tile:
        import torch

        from analogbench.crossbar.response import EXPONENTIAL, Response
        from analogbench.crossbar.variation import draw_planes

        p = self.params
        constants = (p.A_up, p.A_down, p.gamma_up, p.gamma_down, p.a, p.b)
        shared = torch.cat([column(c, shape[0], context.torch_device)[:, 0] for c in constants], dim=1)  # (R, 6)
        planes = draw_planes(shape, spread_of(p), context.streams)
        # AIHWKIT plans its trains with the step downward at w = 0.
        a_down, gamma_down, b, u = (
            column(c, shape[0], context.torch_device) for c in (p.A_down, p.gamma_down, p.b, p.up_down)
        )
        step = (1.0 - u.clamp(min=0.0)) * (1.0 - a_down * torch.exp(-gamma_down * b)).clamp(min=0.0)
        granularity = p.dw_min * torch.where(step > 0.0, step, 1.0)
        return assemble_tile(planes, Response(EXPONENTIAL, shared), p, context, granularity)


class PowStepParams(PulsedParams, PowStepCurve):
    """All of the device."""


class PowStep(_Pulsed):
    """Power step: q₊ = s₊((w_max − w)/range)^γ₊, q₋ = s₋((w − w_min)/range)^γ₋."""

    name = "pow-step"
    source = "AIHWKIT PowStep"
    Params = PowStepParams
    nominal = MappingProxyType({**curves.NOMINAL, "pow_gamma_dtod": 0.0})

    def responses(self, w: Tensor) -> tuple[Tensor, Tensor]:
        return curves.pow_step(self.params, w)

    def build_tile(self, shape: Shape, context: TileContext) -> Tile:
        from analogbench.crossbar.response import CURVE_DOWN, CURVE_UP, POWER, Response
        from analogbench.crossbar.variation import draw_planes

        p = self.params
        planes = draw_planes(shape, spread_of(p), context.streams)
        bias = column(p.pow_up_down, shape[0], context.torch_device)
        gain = 1.0 + p.pow_gamma_dtod * context.streams.normal("pow_gamma", *shape[1:])
        ratio = p.pow_up_down_dtod * context.streams.normal("pow_up_down", *shape[1:])
        planes[CURVE_UP] = ((bias.clamp(max=0.0) + gain + ratio) * p.pow_gamma).abs()
        planes[CURVE_DOWN] = ((gain - ratio - bias.clamp(min=0.0)) * p.pow_gamma).abs()
        granularity = p.dw_min * 0.5**p.pow_gamma  # a step in the middle of the range
        return assemble_tile(planes, Response(POWER, _nothing_shared(shape, context)), p, context, granularity)


def _nothing_shared(shape: Shape, context: TileContext) -> Tensor:
    import torch

    return torch.zeros(shape[0], 1, device=context.torch_device)


@hookimpl
def analogbench_devices() -> list[type[Device]]:
    """AIHWKIT's response families as idealized tiles."""
    return [SoftBounds, LinearStep, ConstantStep, ExpStep, PowStep]
