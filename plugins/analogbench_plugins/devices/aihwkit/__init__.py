"""IBM's AIHWKIT as devices: its response families with all parameters, and its presets of training devices."""

from __future__ import annotations

from analogbench.api import Device, hookimpl
from analogbench_plugins.devices.aihwkit.families import FAMILIES
from analogbench_plugins.devices.aihwkit.presets import PRESETS


@hookimpl
def analogbench_devices() -> list[type[Device]]:
    """AIHWKIT's devices."""
    return [*FAMILIES, *PRESETS]
