"""What `analogbench device fit` does: read, fit, say what was found, write the device and the plot."""

from __future__ import annotations

import hashlib
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from analogbench import __version__
from analogbench.cli import pictures
from analogbench.cli.fit_output import comparison, findings_table, warnings_of
from analogbench.cli.tables import print_table
from analogbench.errors import UsageError
from analogbench.fitting.choice import best, fit_all
from analogbench.fitting.device_toml import device_toml
from analogbench.fitting.families import Family, families
from analogbench.fitting.findings import Findings, findings
from analogbench.fitting.fit import Fit
from analogbench.fitting.pulse_file import read_pulses
from analogbench.grid.device_file import NAME, SUFFIX
from analogbench.records.provenance import now
from analogbench.registry import load
from analogbench.wording import count_of


@dataclass(frozen=True)
class Request:
    """The options, as given."""

    pulses: Path
    out: Path | None
    name: str | None
    family: str
    limits: tuple[float, float] | None
    tau: float
    plot: Path | None


def carry_out(request: Request) -> None:
    """Raises UsageError before anything is fitted; nothing is written then."""
    measurement, content = read_pulses(request.pulses)
    name = request.name or (request.out or request.pulses).stem
    out = request.out or Path(f"{name}{SUFFIX}")
    _check(request, name, out)
    fits = fit_all(measurement, _families(request.family), request.limits, _tell)
    chosen = best(fits)
    found = findings(chosen, request.tau)
    provenance = {
        "source": request.pulses.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "date": now(),
        "command": shlex.join(["analogbench", *sys.argv[1:]]),
        "analogbench": __version__,
    }
    _show(request, fits, chosen, found)
    _write(out, device_toml(chosen, found, name, provenance))
    click.echo(f"\nwrote {out}; train on it with `analogbench run -d {shlex.quote(str(out))}`")
    if request.plot:
        _plot(request.plot, chosen, found, name)


def _check(request: Request, name: str, out: Path) -> None:
    """Before any work. Raises UsageError."""
    if not NAME.fullmatch(name):
        advice = "letters and digits, then also . _ + -; choose one with --name"
        raise UsageError(f"a device cannot be called {name!r}: {advice}")
    if name in load().devices:
        raise UsageError(f"a device called {name!r} is installed; choose another name with --name")
    if out.suffix != SUFFIX:
        raise UsageError(f"the name of a device file ends in {SUFFIX}, not as in {out}")
    if not out.parent.is_dir():
        raise UsageError(f"cannot write {out}: there is no folder {out.parent}")
    if request.plot:
        pictures.check(request.plot)


def _families(wanted: str) -> list[Family]:
    return [family for family in families() if wanted in ("auto", family.device)]


def _tell(family: Family) -> None:
    if sys.stderr.isatty():
        click.echo(f"fitting {family.title}", err=True)


def _show(request: Request, fits: list[Fit], chosen: Fit, found: Findings) -> None:
    measured = chosen.measurement
    unread = f", {measured.unread} without a read" if measured.unread else ""
    pulses = f"{measured.pulses(1)} pulses up, {measured.pulses(-1)} down"
    devices = count_of(len(measured.devices), "device")
    click.echo(f"{request.pulses}: {devices}, {len(measured.reads)} reads, {pulses}{unread}\n")
    print_table(("family", "parameters", "AICc", "residuals' autocorrelation", ""), comparison(fits, chosen))
    click.echo()
    print_table(
        ("quantity", "value", "95 % interval", "in " + (measured.unit or "conductance"), ""),
        findings_table(chosen, found),
    )
    for line in warnings_of(chosen, found):
        click.echo(f"warning: {line}", err=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error


def _plot(path: Path, chosen: Fit, found: Findings, name: str) -> None:
    from analogbench.cli.fit_panels import response_of
    from analogbench.report.plots.response import response_figure

    pictures.save(response_figure(response_of(chosen, found), f"{name} · {chosen.family.title}"), path)
