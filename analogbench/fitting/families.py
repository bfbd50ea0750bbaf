"""The response families, by the names of the devices that have them.

A family says how q₊ and q₋ run between the bounds of a device. Weights here lie between −1 and 1, the nominal bounds.
Each device has of its own: the steps up and down at its middle (if the curve of the family hangs on w = 0: there), and
its bounds w_max and w_min. All devices share the shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analogbench.fitting.measurement import Floats

POINTS = 97
"""Points at which a formula is evaluated; between them the curve is linear."""

Curve = Callable[[Floats, float, float, Floats], tuple[Floats, Floats]]
"""(w, w_max, w_min, shape) → both curves for steps of 1 at the middle."""


_EXP = ("A_up", "A_down", "gamma_up", "gamma_down")
_FREE = {
    "linear-step": frozenset({"gamma_up", "gamma_down"}),
    "exp-step": frozenset(_EXP),
    "pow-step": frozenset({"pow_gamma", "pow_up_down"}),
}


@dataclass(frozen=True)
class Family:
    """One response family.

    device: the name of the device that has it. shape: the names of the parameters that all devices share. start: where
    a fit of them begins. curve: see `Curve`. additive: noise of a pulse is relative to the step at w = 0, not to the
    step itself. points: of the curves. parameters: the shape, as the device's own parameters, and what the steps at the
    middle must be multiplied by to get its scales. moved: the shape if the weights `offset` and `offset ± scale` are
    called 0 and ±1; None: it stays, and so does the middle, since both hang on the device's own bounds. roughness:
    linear functions of the shape, which are believed to be standard normal before the reads are asked.
    """

    device: str
    shape: tuple[str, ...]
    start: tuple[float, ...]
    curve: Curve
    parameters: Callable[[Floats], tuple[Mapping[str, object], float, float]]
    additive: bool = False
    points: int = POINTS
    moved: Callable[[Floats, float, float], Floats] | None = None
    roughness: Callable[[Floats], Floats] | None = None

    @property
    def hangs_on_zero(self) -> bool:
        """Whether the curve hangs on w = 0, and not on the bounds of the device alone."""
        return self.moved is not None

    @property
    def free(self) -> frozenset[str]:
        """The parameters of the device that say what the shape is."""
        return _FREE.get(self.device, frozenset())

    @property
    def title(self) -> str:
        """How messages and tables call it."""
        points = f", {self.points} points" if self.device == "piecewise-step" else ""
        return f"{self.device}{points}{', additive noise' if self.additive else ''}"

    def curves(self, unit: Floats, shape: Floats) -> tuple[Floats, Floats]:
        """q₊ and q₋ at `points` equally spaced weights from w_min to w_max.

        unit: ln step up, ln step down, w_max, w_min.
        """
        _, _, w_max, w_min = unit
        up, down = self.curve(np.linspace(w_min, w_max, self.points), w_max, w_min, shape)
        return np.exp(unit[0]) * np.maximum(up, 0.0), np.exp(unit[1]) * np.maximum(down, 0.0)


def families() -> list[Family]:
    """All families, the simplest first."""
    soft = ("softbounds", (), (), _soft)
    linear = ("linear-step", ("gamma_up", "gamma_down"), (0.5, 0.5), _linear)
    return [
        Family("constant-step", (), (), _constant, lambda shape: ({}, 1.0, 1.0), moved=_stays),
        *(Family(*soft, _soft_parameters(additive), additive, moved=_stays) for additive in (False, True)),
        *(Family(*linear, _linear_parameters(additive), additive, moved=_linear_moved) for additive in (False, True)),
        Family("exp-step", _EXP, (-3.0, -3.0, 3.0, 3.0), _exp, _exp_parameters, moved=_exp_moved),
        Family("pow-step", ("gamma_up", "gamma_down"), (0.0, 0.0), _pow, _pow_parameters),
        *(_table(points, additive) for points in (5, 9, 17) for additive in (False, True)),
    ]


def _constant(w: Floats, w_max: float, w_min: float, shape: Floats) -> tuple[Floats, Floats]:
    return np.ones_like(w), np.ones_like(w)


def _soft(w: Floats, w_max: float, w_min: float, shape: Floats) -> tuple[Floats, Floats]:
    return 1.0 - w / w_max, 1.0 - w / w_min


def _linear(w: Floats, w_max: float, w_min: float, shape: Floats) -> tuple[Floats, Floats]:
    """γ < 0, steps that grow towards the bound, is not in the family."""
    up, down = np.maximum(shape, 0.0)
    return 1.0 - up * w, 1.0 + down * w


def _exp(w: Floats, w_max: float, w_min: float, shape: Floats) -> tuple[Floats, Floats]:
    """shape: the logits of A₊ and A₋, then γ₊ and γ₋; z = 2w/(w_max − w_min)."""
    a_up, a_down = 1.0 / (1.0 + np.exp(-shape[:2]))
    z = 2.0 * w / (w_max - w_min)
    up, down = np.exp(np.clip(shape[2] * z, -50, 50)), np.exp(np.clip(-shape[3] * z, -50, 50))
    return (1.0 - a_up * up) / (1.0 - a_up), (1.0 - a_down * down) / (1.0 - a_down)


def _pow(w: Floats, w_max: float, w_min: float, shape: Floats) -> tuple[Floats, Floats]:
    """shape: the logarithms of γ₊ and γ₋."""
    up, down = np.exp(np.clip(shape, -4, 4))
    room = np.linspace(0.0, 1.0, len(w))
    return (2.0 * room[::-1]) ** up, (2.0 * room) ** down


def _stays(shape: Floats, offset: float, scale: float) -> Floats:
    return shape


def _linear_moved(shape: Floats, offset: float, scale: float) -> Floats:
    """1 − γ₊(offset + scale·w) is (1 − γ₊·offset)(1 − γ₊'w)."""
    up, down = np.maximum(shape, 0.0)
    return np.array([up * scale / (1.0 - up * offset), down * scale / (1.0 + down * offset)])


def _exp_moved(shape: Floats, offset: float, scale: float) -> Floats:
    """z = z' + offset/scale, where the range is the nominal one."""
    sign, z = np.array([1.0, -1.0]), offset / scale
    logarithm = -np.log1p(np.exp(-shape[:2])) + sign * shape[2:] * z
    logarithm = np.minimum(logarithm, -1e-9)
    return np.concatenate([logarithm - np.log(-np.expm1(logarithm)), shape[2:]])


def _soft_parameters(additive: bool) -> Callable[[Floats], tuple[Mapping[str, object], float, float]]:
    fixed = {"slope_up_dtod": 0.0, "slope_down_dtod": 0.0, "mult_noise": not additive}
    return lambda shape: (fixed, 1.0, 1.0)


def _linear_parameters(additive: bool) -> Callable[[Floats], tuple[Mapping[str, object], float, float]]:
    def parameters(shape: Floats) -> tuple[Mapping[str, object], float, float]:
        up, down = (float(x) for x in np.maximum(shape, 0.0))
        slopes = {"gamma_up": up, "gamma_down": down, "gamma_up_dtod": 0.0, "gamma_down_dtod": 0.0}
        return {**slopes, "mult_noise": not additive}, 1.0, 1.0

    return parameters


def _exp_parameters(shape: Floats) -> tuple[Mapping[str, object], float, float]:
    a_up, a_down = (float(x) for x in 1.0 / (1.0 + np.exp(-shape[:2])))
    found = {"A_up": a_up, "A_down": a_down, "gamma_up": float(shape[2]), "gamma_down": float(shape[3])}
    return {**found, "a": 1.0, "b": 0.0}, 1.0 / (1.0 - a_up), 1.0 / (1.0 - a_down)


def _pow_parameters(shape: Floats) -> tuple[Mapping[str, object], float, float]:
    """γ₊ = γ(1 + min(u, 0)) and γ₋ = γ(1 − max(u, 0)), so that γ is the larger of them."""
    up, down = (float(x) for x in np.exp(np.clip(shape, -4, 4)))
    larger = max(up, down)
    difference = up / larger - 1.0 if up < down else 1.0 - down / larger
    found = {"pow_gamma": larger, "pow_up_down": difference, "pow_gamma_dtod": 0.0, "pow_up_down_dtod": 0.0}
    return found, 2.0**up, 2.0**down


_BEND = 0.3
"""Standard deviation of the second differences of a table whose middle is 1, as far as no read says anything."""


def _table(points: int, additive: bool) -> Family:
    """Piecewise linear; the point in the middle is 1 in both curves, the other ones are the shape."""
    middle = points // 2
    falling = 1.0 - 0.8 * np.linspace(-1.0, 1.0, points)
    names = [f"{side}[{i}]" for side in ("up", "down") for i in range(points) if i != middle]

    def tables(shape: Floats) -> tuple[Floats, Floats]:
        up, down = (np.insert(half, middle, 1.0) for half in np.split(np.asarray(shape), 2))
        return np.maximum(up, 0.0), np.maximum(down, 0.0)

    def parameters(shape: Floats) -> tuple[Mapping[str, object], float, float]:
        up, down = tables(shape)
        return {"up": up.tolist(), "down": down.tolist(), "mult_noise": not additive}, 1.0, 1.0

    def roughness(shape: Floats) -> Floats:
        """Second differences: where no read is, the table goes straight on."""
        halves = (np.insert(half, middle, 1.0) for half in np.split(np.asarray(shape), 2))
        return np.concatenate([np.diff(half, 2) for half in halves]) / _BEND

    start = tuple(float(x) for x in (*np.delete(falling, middle), *np.delete(falling[::-1], middle)))
    curve: Curve = lambda w, w_max, w_min, shape: tables(shape)  # noqa: E731
    return Family("piecewise-step", tuple(names), start, curve, parameters, additive, points, roughness=roughness)
