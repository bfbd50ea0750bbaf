"""What was run, with what, and what came of it: the facts of a suite's page, a line each."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from analogbench.grid.presentation_matching import members
from analogbench.records.record import Record
from analogbench.report.provenance import said
from analogbench.report.suites.gather import Gathered, Planned


def differing(gathered: Gathered) -> list[str]:
    """What is not as the suite has it: `budget quick, not paper`. Its numbers are only compared where nothing is."""
    suite = gathered.suite
    found = [] if gathered.budget == suite.budget else [f"budget {gathered.budget}, not {suite.budget}"]
    other = [label for label in gathered.data if suite.data and label not in suite.data]
    return found + ([f"data {', '.join(other)}, not {' or '.join(suite.data)}"] if other else [])


def warning(gathered: Gathered) -> str:
    """One line if these are not the suite's own settings; else empty."""
    found = differing(gathered)
    if not found:
        return ""
    told = f"These are not the suite's own settings: {'; '.join(found)}."
    suite = gathered.suite
    reproduces = suite.source or suite.published
    return told + (" Numbers and figures show how the suite runs, no more." if reproduces else "")


def command(gathered: Gathered) -> str:
    """How to run the suite again."""
    seeds = seeds_text(gathered.seeds or gathered.suite.seeds)
    words = ["analogbench", "suite", "run", gathered.suite.called, "--budget", gathered.budget, "--seeds", seeds]
    return shlex.join(words)


def seeds_text(seeds: Sequence[int]) -> str:
    """As `--seeds` reads it: a number of seeds from 0 on, or a list."""
    if list(seeds) == list(range(len(seeds))):
        return str(len(seeds))
    return ",".join(map(str, seeds)) if len(seeds) > 1 else f"{seeds[0]}-{seeds[0]}"


def facts(gathered: Gathered) -> Iterator[str]:
    """Budget, data, seeds; what is recorded, failed and missing; code and machine."""
    yield f"budget: {gathered.budget}; data: {', '.join(gathered.data) or 'unknown'}; seeds: {_listed(gathered.seeds)}"
    yield from _progress(gathered)
    yield from _missing(gathered)
    yield from (f"not planned, the algorithm does not fit: {line}" for line in gathered.plan.unfit)
    yield from (f"not planned, cannot be used on this machine: {line}" for line in gathered.plan.absent)
    if gathered.unused:
        yield f"not used: {gathered.unused} record(s) of these cells on another data set than most"
    if number := sum(cell.stale for cell in gathered.cells):
        which = f"{number} of {len(gathered.recorded)} records"
        yield f"stale: {which}, made by other code than is installed now; the command above runs their cells again"
    yield from _code(gathered.recorded)
    yield from _machines(gathered.recorded)


def _listed(seeds: Sequence[int]) -> str:
    shown = ", ".join(map(str, seeds)) if len(seeds) <= 10 else f"{seeds[0]} … {seeds[-1]}"
    return f"{len(seeds)} ({shown})"


def _progress(gathered: Gathered) -> Iterator[str]:
    recorded = gathered.recorded
    failed = [record for record in recorded if record.status != "ok"]
    missing = len(gathered.cells) - len(recorded)
    yield (
        f"cells: {len(gathered.cells)} planned, {len(recorded)} recorded, {len(recorded) - len(failed)} ok, "
        f"{len(failed)} failed, {missing} missing"
    )
    for (status, reason), number in Counter((record.status, record.reason) for record in failed).items():
        yield f"failed: {number} × {status}{f': {reason}' if reason else ''}"


def _missing(gathered: Gathered) -> Iterator[str]:
    """Which series lack cells."""
    parts = []
    for series in gathered.suite.series:
        own = members(series, gathered.cells)
        lacking = sum(cell.record is None for cell in own)
        if lacking or not own:
            parts.append(f"{series.label} ({lacking} of {len(own)})" if own else f"{series.label} (no cell is planned)")
    if parts:
        yield f"missing: {', '.join(parts)}"
    others = [cell for cell in gathered.cells if cell.record is None and not _in_series(cell, gathered)]
    names = Counter(f"{cell.cell.algorithm} × {cell.cell.device} × {cell.cell.task}" for cell in others)
    if names:
        yield f"missing: {', '.join(f'{name} ({number})' for name, number in names.items())}"


def _in_series(cell: Planned, gathered: Gathered) -> bool:
    return any(members(series, [cell]) for series in gathered.suite.series)


def _code(records: Sequence[Record]) -> Iterator[str]:
    states = [(said(record, "git", "commit"), said(record, "git", "dirty") == "True") for record in records]
    commits = [f"{commit[:9]}{', with changes' if dirty else ''}" for commit, dirty in dict.fromkeys(states) if commit]
    if commits:
        yield f"commit: {'; '.join(commits)}"
    versions: dict[str, None] = {}
    for record in records:
        for group in ("versions", "plugins"):
            named = record.provenance.get(group)
            versions |= dict.fromkeys(f"{k} {v}" for k, v in (named.items() if isinstance(named, dict) else ()))
    if versions:
        yield f"versions: {', '.join(versions)}"


def _machines(records: Sequence[Record]) -> Iterator[str]:
    """Processors and GPUs; the machines themselves are only counted."""
    found = [
        ", ".join(filter(None, (said(r, "worker", "target"), said(r, "worker", "device"), said(r, "cpu"))))
        for r in records
    ]
    hosts = {host for record in records if (host := said(record, "host"))}
    machines = [machine for machine in dict.fromkeys(found) if machine]
    if machines:
        yield f"machine: {'; '.join(machines)}{f'; {len(hosts)} machines' if len(hosts) > 1 else ''}"
