"""`analogbench compare`: two algorithms over the seeds and settings that they share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analogbench.api.task import BUDGETS
from analogbench.cli.choosing import chosen, fits, glob_option, open_results
from analogbench.cli.run_options import results_option
from analogbench.errors import UnknownNameError

if TYPE_CHECKING:
    from analogbench.records.record import Record
    from analogbench.report.compare.duels import Request


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@glob_option("task")
@glob_option("device")
@click.option("--budget", type=click.Choice(BUDGETS), help="Only this budget.")
@click.option(
    "--metric",
    metavar="NAME",
    help="Compare by this metric, or by pulses, seconds, job_seconds or steps.  [default: the task's]",
)
@click.option(
    "--target",
    metavar="VALUE",
    help="What learning curves are to reach: a value as in tables, such as 90 for 90 %, or a share of digital SGD's "
    "final value.  [default: ref:0.95, on a logarithmic axis ref:0.1]",
)
@results_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the numbers of each seed.")
@click.pass_context
def compare(ctx: click.Context, /, results: Path, as_json: bool, **options: Any) -> None:
    """Say whether A beats B, by how much, and how sure that is.

    A and B are algorithms as on the leaderboard, such as tiki-taka or 'tiki-taka[fast_lr=0.03]'. They meet on every
    device, task and seed that both have. With a device, as in sgd@digital, one stays there and meets the other one on
    each of the other's devices; analog-sgd@softbounds and analog-sgd@pow-step compare two devices.

    Nothing is written. The exit code is 1 where a file is no record; the others are compared all the same.
    """
    from analogbench.cli.staleness import stale_in
    from analogbench.cli.tables import print_json
    from analogbench.registry import load
    from analogbench.report.compare.data import comparison_data
    from analogbench.report.compare.duels import compare as carry_out
    from analogbench.report.compare.text import comparison_text
    from analogbench.report.frame import newest

    records, problems = open_results(results)
    shown = chosen(records, {"task": options["tasks"]}, options["budget"])
    request = _request(shown, options)
    result = carry_out(newest(shown, stale_in(shown, load(), results)), request)
    if as_json:
        print_json(comparison_data(result))
    else:
        click.echo(comparison_text(result))
    ctx.exit(1 if problems else 0)


def _request(records: Sequence[Record], options: dict[str, Any]) -> Request:
    """What was asked for, of what is recorded. Raises UsageError."""
    from analogbench.report.compare.duels import Request
    from analogbench.report.compare.goals import goal
    from analogbench.report.compare.sides import side
    from analogbench.report.quantity import check_name

    if options["metric"] is not None:
        check_name(options["metric"], records)
    labels = [record.labels for record in records]
    return Request(
        a=side(options["a"], labels),
        b=side(options["b"], labels),
        devices=_devices(records, options["devices"]),
        key=options["metric"],
        goal=goal(options["target"]),
    )


def _devices(records: Sequence[Record], globs: Sequence[str]) -> list[str] | None:
    """The labels of the devices that fit, by name or by label; None where all do."""
    if not globs:
        return None
    names = {record.labels.device: record.cell.device.name for record in records}
    for glob in globs:
        if not any(fits(name, label, glob) for label, name in names.items()):
            raise UnknownNameError("device", glob, names)
    return [label for label, name in names.items() if any(fits(name, label, glob) for glob in globs)]
