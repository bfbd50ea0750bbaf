"""`analogbench show DEVICE --plot FILE`: a picture of a device, measured on its own tile."""

from __future__ import annotations

from pathlib import Path

import click

from analogbench.errors import UsageError
from analogbench.grid.selection import label_of, select
from analogbench.registry import Registry

SUFFIXES = (".svg", ".png", ".pdf")


def plot_device(registry: Registry, text: str, path: Path, pulses: int | None) -> None:
    """Measure the device that `text` selects and draw it. Raises UsageError where that cannot be done or written."""
    if path.suffix not in SUFFIXES:
        raise UsageError(f"--plot {path}: give a name that ends in {', '.join(SUFFIXES)}")
    parts = select(registry, "device", [text])
    if len(parts) != 1:
        raise UsageError(f"--plot draws one device, and {text!r} selects {len(parts)}")
    kind = registry.device(parts[0].name).value
    if why := kind.unavailable():
        raise UsageError(f"{parts[0].name} cannot be used here: {why}")
    from analogbench.probe.measuring import portrait
    from analogbench.report.plots.device import device_figure
    from analogbench.report.plots.style import save_as

    label = label_of(parts[0], registry, "device")
    device = kind(kind.Params.model_validate(parts[0].params))
    figure = device_figure(portrait(device, label, pulses=pulses))
    try:
        save_as(figure, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    click.echo(f"wrote {path}")
