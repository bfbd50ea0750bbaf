"""`analogbench device`: devices described by files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from analogbench.cli.groups import Group
from analogbench.errors import UsageError

FAMILIES = ("auto", "constant-step", "softbounds", "linear-step", "exp-step", "pow-step", "piecewise-step")


@click.group(cls=Group)
def device() -> None:
    """Turn measured pulse responses into devices to train on."""


def _range(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[float, float] | None:
    """Read `10,50`. Raises UsageError."""
    if text is None:
        return None
    try:
        low, high = (float(piece) for piece in text.split(","))
    except ValueError:
        raise UsageError(f"cannot read the range {text!r}: write two conductances, such as 10,50") from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise UsageError(f"cannot use the range {text!r}: the first conductance should be less than the second")
    return low, high


def _tau(ctx: click.Context, param: click.Parameter, number: float) -> float:
    """Raises UsageError."""
    if not (math.isfinite(number) and 0 < number < 1e6):
        raise UsageError(f"--tau should be a positive number, not {number:g}")
    return number


_FILE = click.Path(dir_okay=False, path_type=Path)


@device.command()
@click.argument("pulses", type=_FILE, metavar="PULSES.CSV")
@click.option("-o", "--out", type=_FILE, help="Where to write the device.  [default: NAME.toml]")
@click.option("--name", help="What tables call the device.  [default: that of the output or else of the CSV file]")
@click.option(
    "--family",
    type=click.Choice(FAMILIES),
    default="auto",
    show_default=True,
    help="Response family to fit, instead of the best.",
)
@click.option(
    "--range",
    "limits",
    callback=_range,
    metavar="MIN,MAX",
    help="Conductances of the lowest and highest weight.  [default: where the devices saturate]",
)
@click.option(
    "--tau",
    type=float,
    callback=_tau,
    default=1.0,
    show_default=True,
    help="Weight at the upper end of the range; -tau is the lower.",
)
@click.option("--plot", type=_FILE, metavar="FILE", help="Draw steps, fit and residuals; .svg, .png or .pdf.")
@click.pass_context
def fit(ctx: click.Context, /, **options: Any) -> None:
    """Fit a device to measured pulses and write it as a device file.

    PULSES.CSV has a row for each read, after one or more pulses, with the columns pulse (a running number), direction
    (up or down) and conductance; device and cycle may be added. The file that is written can be trained on:
    `analogbench run -d NAME.toml`.
    """
    from analogbench.cli.fitting import Request, carry_out

    carry_out(Request(**options))
