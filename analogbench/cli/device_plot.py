"""`analogbench show DEVICE --plot FILE`: a picture of a device, measured on its own tile."""

from __future__ import annotations

from pathlib import Path

from analogbench.cli import pictures
from analogbench.errors import UsageError
from analogbench.grid.selection import label_of, select
from analogbench.registry import Registry


def plot_device(registry: Registry, text: str, path: Path, pulses: int | None) -> None:
    """Measure the device that `text` selects and draw it. Raises UsageError where that cannot be done or written."""
    pictures.check(path)
    parts = select(registry, "device", [text])
    if len(parts) != 1:
        raise UsageError(f"--plot draws one device, and {text!r} selects {len(parts)}")
    kind = registry.device(parts[0].name).value
    if why := kind.unavailable():
        raise UsageError(f"{parts[0].name} cannot be used here: {why}")
    from analogbench.probe.measuring import portrait
    from analogbench.report.plots.device import device_figure

    label = label_of(parts[0], registry, "device")
    device = kind(kind.Params.model_validate(parts[0].params))
    pictures.save(device_figure(portrait(device, label, pulses=pulses)), path)
