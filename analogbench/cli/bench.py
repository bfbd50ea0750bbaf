"""`analogbench bench`: how fast training is on this machine."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from analogbench.cli.data_option import data_dir_option
from analogbench.cli.plugin_option import plugin_option
from analogbench.errors import UsageError

SUITE = "speed"

_F = TypeVar("_F", bound=Callable[..., Any])


def _numbers(ctx: click.Context, param: click.Parameter, text: str) -> tuple[int, ...]:
    """Read `1,4,16`. Raises UsageError."""
    pieces = [piece.strip() for piece in text.split(",")]
    if not all(piece.isascii() and piece.isdecimal() and 1 <= len(piece) <= 6 and int(piece) for piece in pieces):
        raise UsageError(f"cannot read the replicas {text!r}: write positive numbers such as 1,4,16")
    return tuple(sorted({int(piece) for piece in pieces}))


def _positive(ctx: click.Context, param: click.Parameter, number: float | None) -> float | None:
    """Refuse what lasts for ever. Raises UsageError."""
    if number is not None and not (math.isfinite(number) and number > 0):
        raise UsageError(f"--{param.name} should be a positive number, not {number}")
    return number


def _selection(command: _F) -> _F:
    for letter, kind in (("-t", "task"), ("-d", "device"), ("-a", "algorithm")):
        text = f"{kind.capitalize()}s to measure instead of a suite's; may be repeated."
        command = click.option(letter, f"--{kind}", f"{kind}s", multiple=True, metavar="SEL", help=text)(command)
    return command


def _beside(command: _F) -> _F:
    text = "Device beside which each case is put.  [default: the suite's]"
    command = click.option("--reference", metavar="DEVICE", help=text)(command)
    text = "Algorithm whose time on the same task is the unit of the cost.  [default: the suite's]"
    return click.option("--baseline", metavar="ALGORITHM", help=text)(command)


def _extent(command: _F) -> _F:
    """The options that say what is measured of each case."""
    text = "Try nothing that needs more.  [default: 60 % of what is free]"
    command = click.option("--memory", type=float, callback=_positive, metavar="GIB", help=text)(command)
    text, count = "Measure, too, what N cores bring to 8 replicas.", click.IntRange(min=2, max=8)
    command = click.option("--cores", type=count, metavar="N", help=text)(command)
    text, target = (
        "Where to train; may be repeated.  [default: cpu and, if there is one, cuda]",
        ("auto", "cpu", "cuda"),
    )
    command = click.option("--target", "targets", multiple=True, type=click.Choice(target), help=text)(command)
    text, default = "Numbers of replicas to train together.", "1,4,16,64,256"
    return click.option("--replicas", callback=_numbers, default=default, show_default=True, metavar="LIST", help=text)(
        command
    )


def _measuring(command: _F) -> _F:
    """The options that say how it is measured."""
    for name, default, text in (
        ("--threads", 1, "Threads of each process."),
        ("--rounds", 7, "Rounds into which the time is divided."),
    ):
        count = click.IntRange(min=1)
        command = click.option(name, type=count, default=default, show_default=True, metavar="N", help=text)(command)
    text = "Measuring time of each case, and again of each that stands beside it."
    return click.option(
        "--seconds", type=float, callback=_positive, default=1.0, show_default=True, metavar="S", help=text
    )(command)


@click.command()
@click.argument("suite", required=False)
@_selection
@_beside
@_extent
@_measuring
@data_dir_option
@plugin_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("results/bench"),
    show_default=True,
    help="Folder for speed.json, speed.md and the plots.",
)
@click.option(
    "--compare",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A speed.json of an earlier run, to put beside this one.",
)
@click.pass_context
def bench(ctx: click.Context, /, **options: Any) -> None:
    """Measure how many steps of training this machine makes per second.

    The cells of SUITE, or of a selection, are each trained with ever more replicas for a moment, beside a device of
    reference, beside the baseline's algorithm and beside the least that a step must move and calculate. SUITE is the
    name of an installed suite or a path that ends in .toml; without one, and without a selection, it is "speed".
    """
    from analogbench.cli.benchmarking import Request, carry_out

    ctx.exit(carry_out(Request(**options)))
