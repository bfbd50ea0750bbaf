"""What `analogbench device fit` prints of a fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from analogbench.fitting.choice import MARGIN
from analogbench.fitting.estimates import Estimate
from analogbench.fitting.findings import Findings
from analogbench.fitting.fit import Fit
from analogbench.fitting.scoring import BELIEF

Row = tuple[str, ...]

_MEANINGS = {
    "dw_min": "the larger of the steps up and down at w = 0",
    "up_down": "relative difference of up and down steps",
    "dw_min_std": "cycle-to-cycle noise of a pulse, relative",
    "dw_min_dtod": "device-to-device spread of the steps, relative",
    "up_down_dtod": "device-to-device spread of up_down",
    "w_max_dtod": "device-to-device spread of the upper bound",
    "w_min_dtod": "device-to-device spread of the lower bound",
}
_LINKED = 0.1
"""Residuals whose autocorrelation is larger are not noise."""

_FEW_DEVICES = 5

_DROWNED = 20.0
"""Cycle-to-cycle noise, relative; of AIHWKIT's presets the noisiest has 5."""


def comparison(fits: Sequence[Fit], chosen: Fit) -> list[Row]:
    """Every family, the best first."""
    least = min(fit.aicc for fit in fits)
    rows: list[Row] = []
    for fit in sorted(fits, key=lambda one: one.aicc):
        mark = "chosen" if fit is chosen else f"within {MARGIN:g}" if fit.aicc <= least + MARGIN else ""
        mark += "" if fit.optimum.converged else " (not converged)"
        rows.append(
            (
                fit.family.title,
                str(fit.parameters),
                f"+{fit.aicc - least:.1f}",
                f"{fit.autocorrelation:.3f}",
                mark.strip(),
            )
        )
    return rows


def findings_table(fit: Fit, found: Findings) -> list[Row]:
    """A row for each quantity: name, value, interval, both as conductances, meaning."""
    one_device = len(fit.measurement.devices) == 1
    rows: list[Row] = [
        (
            "range",
            f"±{found.tau:g}",
            "",
            f"{_number(found.low)} to {_number(found.high)}",
            "conductances at -tau and tau",
        ),
        ("states", _number(found.states), _interval(found.states), "", "2 tau / dw_min"),
    ]
    for name, one in found.estimates.items():
        unknown = name.endswith("_dtod") and math.isnan(one.low)
        conductance = one.times(found.per_weight) if name == "dw_min" else None
        shown = _both(conductance) if conductance else ""
        why = "not known of one device" if one_device else "not known: the reads leave too much open"
        why = "0, since the range was given" if fit.given and name.startswith("w_") else why
        meaning = why if unknown else _meaning(name, fit.family.device)
        rows.append((name, _number(one), _interval(one), shown, meaning))
    rows += _point(found)
    noise = found.read_noise
    return [
        *rows,
        (
            "read noise",
            _number(noise),
            _interval(noise),
            _both(noise.times(found.per_weight)),
            "of the measurement; no parameter",
        ),
    ]


def _meaning(name: str, device: str) -> str:
    if name == "dw_min" and device in ("exp-step", "pow-step"):
        return "scale of the steps"
    return _MEANINGS.get(name, "shape of the curve")


def warnings_of(fit: Fit, found: Findings) -> Iterator[str]:
    """What to doubt."""
    if not fit.optimum.converged:
        yield f"the fit of {fit.family.title} has not converged"
    if abs(fit.autocorrelation) > _LINKED:
        yield f"the residuals' autocorrelation is {fit.autocorrelation:.2f}: the family does not describe these devices"
    if not fit.given and (share := _reach(fit)) < 0.9:
        yield f"the reads cover {share:.0%} of the range: where they saturate is extrapolated; see --range"
    elif not fit.given and float(fit.optimum.covariances[:, [2, 3], [2, 3]].max(1).mean()) > 0.1 * BELIEF**2:
        yield "the reads of some devices do not say where these saturate: their range ends where they end; see --range"
    if found.estimates["dw_min_std"].value > _DROWNED:
        yield "steps drown in the noise of pulses: such a device hardly trains, or these are no pulses"
    if 1 < (count := len(fit.measurement.devices)) < _FEW_DEVICES:
        yield f"device-to-device spreads of {count} devices are hardly known"
    if not fit.measurement.unit:
        yield "the header has no unit; write conductance_uS or conductance [uS]"


def _reach(fit: Fit) -> float:
    """How much of the range between a device's bounds was seen, on average."""
    seen = [
        np.ptp(np.concatenate([t.conductance[np.isfinite(t.conductance)] for t in traces])) for traces in fit.devices
    ]
    return float(np.mean(np.array(seen) / (fit.optimum.units[:, 2] - fit.optimum.units[:, 3])))


def _point(found: Findings) -> list[Row]:
    point, spread = found.symmetric_point, found.symmetric_spread
    if math.isnan(point.value):
        return [("symmetric point", "none", "", "", "up and down steps are equal nowhere in some device")]
    return [
        (
            "symmetric point",
            _number(point),
            _interval(point),
            _both(found.conductance(point)),
            "where up and down steps are equal",
        ),
        *([] if math.isnan(spread.low) else [_spread(found)]),
    ]


def _spread(found: Findings) -> Row:
    spread = found.symmetric_spread
    return ("its spread", _number(spread), _interval(spread), _both(spread.times(found.per_weight)), "over devices")


def _both(one: Estimate) -> str:
    return f"{_number(one)} {_interval(one)}".strip()


def _number(one: Estimate) -> str:
    return f"{one.value:.4g}"


def _interval(one: Estimate) -> str:
    return "" if math.isnan(one.low) else f"[{one.low:.3g}, {one.high:.3g}]"
