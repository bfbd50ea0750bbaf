"""The device file that a fit becomes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from analogbench.fitting.estimates import Estimate
from analogbench.fitting.findings import Findings
from analogbench.fitting.fit import Fit

_HEAD = """\
# A device that was fitted to measured pulses. `[parameters]` is all that simulations use.
schema_version = 1
"""

_DIGITS = 6


def device_toml(fit: Fit, found: Findings, name: str, provenance: Mapping[str, str]) -> str:
    """The file's text. name: of the device. provenance: what is known of the fit's origin, by key."""
    parts = [
        f"{_HEAD}name = {_text(name)}\ndevice = {_text(fit.family.device)}",
        _table("parameters", found.parameters),
        _table("measured", _measured(fit, found)),
        _table("measured.interval", _intervals(found)),
        _table("provenance", provenance),
    ]
    return "\n\n".join(parts) + "\n"


def _measured(fit: Fit, found: Findings) -> dict[str, object]:
    """What is no parameter."""
    return {
        "unit": fit.measurement.unit or "unknown",
        "range": [found.low.value, found.high.value],
        "states": found.states.value,
        "symmetric_point": found.symmetric_point.value,
        "symmetric_point_dtod": found.symmetric_spread.value,
        "read_noise": found.read_noise.value,
        "devices": len(fit.measurement.devices),
        "reads": len(fit.measurement.reads),
    }


def _intervals(found: Findings) -> dict[str, object]:
    """95 %, of what has one."""
    all_of_them = {
        **found.estimates,
        "low": found.low,
        "high": found.high,
        "states": found.states,
        "symmetric_point": found.symmetric_point,
        "symmetric_point_dtod": found.symmetric_spread,
        "read_noise": found.read_noise,
    }
    return {name: [one.low, one.high] for name, one in all_of_them.items() if _is_known(one)}


def _is_known(one: Estimate) -> bool:
    return math.isfinite(one.low) and math.isfinite(one.high)


def _table(name: str, content: Mapping[str, Any]) -> str:
    lines = [f"{key} = {text}" for key, value in content.items() if (text := _value(value)) is not None]
    return "\n".join([f"[{name}]", *lines])


def _value(value: Any) -> str | None:
    """As TOML; None for what is no number. Numbers have as many digits as anybody could want."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(filter(None, map(_value, value)))}]"
    if isinstance(value, int):
        return str(value)
    return repr(float(f"{value:.{_DIGITS}g}")) if math.isfinite(value) else None


def _text(text: str) -> str:
    """JSON's texts are TOML's, but for a control sign that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
