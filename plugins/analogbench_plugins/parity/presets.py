"""The devices that come along against AIHWKIT's: defaults, spread of crosspoints, the step of the pulse trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from analogbench.api.device import Device, TileContext
from analogbench.api.streams import Streams
from analogbench.crossbar.array import Array
from analogbench.crossbar.response import CURVE_DOWN, CURVE_UP, REFERENCE, SCALE_DOWN, SCALE_UP, W_MAX, W_MIN
from analogbench_plugins.devices.pulsed import ConstantStep, ExpStep, LinearStep, PowStep, SoftBounds
from analogbench_plugins.parity.draws import CPU
from analogbench_plugins.parity.families import DW_MIN, FAMILIES, TAU
from analogbench_plugins.parity.hidden import array_of
from analogbench_plugins.parity.moments import Agreement, Floats, compare

SIDE = 80
"""Crosspoints of a side: each is one draw of the device-to-device variations."""

DEVICES: dict[str, type[Device]] = {
    "soft bounds": SoftBounds,
    "constant": ConstantStep,
    "linear": LinearStep,
    "exponential": ExpStep,
    "power": PowStep,
}

_OTHER_NAMES = {"tau": "w_max"}


@dataclass(frozen=True)
class PresetResult:
    """One family. agreement: of the constants of crosspoints. kit_step, our_step: what pulse trains are based on.

    defaults: those that differ, name: (AIHWKIT's, ours).
    """

    family: str
    agreement: Agreement
    kit_step: float
    our_step: float
    defaults: dict[str, tuple[Any, Any]]

    @property
    def failed(self) -> bool:
        """Whether anything differs."""
        same_step = abs(self.our_step / self.kit_step - 1) < 1e-5
        return not (self.agreement.passed and same_step) or bool(self.defaults)


def compare_preset(family: str, seed: int) -> PresetResult:
    """Every variation on."""
    from aihwkit.simulator.configs import SingleRPUConfig
    from aihwkit.simulator.tiles import AnalogTile

    device = FAMILIES[family].build(True, seed, {})
    kit = array_of(AnalogTile(SIDE, SIDE, SingleRPUConfig(device=device)), 1)
    kind = DEVICES[family]
    values = {name: getattr(device, _OTHER_NAMES.get(name, name), None) for name in kind.Params.model_fields}
    params = kind.Params(**{name: value for name, value in values.items() if value is not None})
    tile: Any = kind(params).build_tile((1, SIDE, SIDE), TileContext(Streams([seed], CPU), CPU))
    ours: Array = tile.array
    agreement = compare(_constants(family, kit), _constants(family, ours))
    return PresetResult(family, agreement, float(kit.dw_min), float(ours.dw_min), _other_defaults(kind, device))


def _constants(family: str, array: Array) -> Floats:
    """The planes of all crosspoints in units of their nominal size, (crosspoints, P).

    Slopes of soft bounds follow from the bounds, and have no variance where bounds may be near 0: left out.
    """
    planes = array.planes[:, 0]
    columns = [planes[W_MAX] / TAU, planes[W_MIN] / TAU, planes[SCALE_UP] / DW_MIN, planes[SCALE_DOWN] / DW_MIN]
    if family == "soft bounds":
        columns.append(planes[REFERENCE] / TAU)
    if family == "linear":
        columns += [planes[CURVE_UP] / DW_MIN, planes[CURVE_DOWN] / DW_MIN]
    if family == "power":
        columns += [planes[CURVE_UP], planes[CURVE_DOWN]]
    return np.asarray(torch.stack([c.flatten() for c in columns], dim=1).double().numpy())


def _other_defaults(kind: type[Device], device: Any) -> dict[str, tuple[Any, Any]]:
    """Parameters that AIHWKIT has under the same name, with another default."""
    from aihwkit.simulator.configs import IOParameters, UpdateParameters

    other = {}
    for name, info in kind.Params.model_fields.items():
        for source in (type(device)(), UpdateParameters(), IOParameters()):
            theirs = getattr(source, _OTHER_NAMES.get(name, name), None)
            if isinstance(theirs, (int, float)):
                if abs(float(theirs) - float(info.default)) > 1e-9:
                    other[name] = (theirs, info.default)
                break
    return other
