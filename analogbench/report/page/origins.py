"""Where the records of a row come from, said once for all seeds that share it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analogbench.records.record import Record
from analogbench.report.frame import Kept
from analogbench.report.machines import machine_of
from analogbench.report.provenance import said

Facts = tuple[tuple[str, str], ...]
"""What is said, and its name."""


def origins(kept: Sequence[Kept]) -> list[dict[str, Any]]:
    """For each distinct origin the seeds that have it, its facts, and from when to when they were trained."""
    found: dict[Facts, list[Record]] = {}
    for one in kept:
        found.setdefault(_facts(one.record), []).append(one.record)
    return [
        {"seeds": [record.cell.seed for record in records], "facts": [*facts, *_times(records)]}
        for facts, records in found.items()
    ]


def _facts(record: Record) -> Facts:
    machine = " · ".join(filter(None, (machine_of(record), _cores(record), said(record, "platform"))))
    facts = {
        "given command": said(record, "command"),
        "commit": _commit(record),
        "versions": _versions(record, "versions"),
        "plugins": _versions(record, "plugins"),
        "Python": said(record, "python"),
        "machine": machine,
        "CUDA": " · ".join(filter(None, (said(record, "worker", "cuda"), _driver(record)))),
        "implementation": record.implementation,
        "reproducible": "" if record.reproducible else "in distribution only, not digit for digit",
    }
    return tuple((name, text) for name, text in facts.items() if text)


def _commit(record: Record) -> str:
    commit = said(record, "git", "commit")
    dirty = " with uncommitted changes" if said(record, "git", "dirty") == "True" else ""
    return f"{commit}{dirty}" if commit else ""


def _cores(record: Record) -> str:
    cores = said(record, "cores")
    return f"{cores} cores" if cores else ""


def _driver(record: Record) -> str:
    driver = said(record, "worker", "driver")
    return f"driver {driver}" if driver else ""


def _versions(record: Record, key: str) -> str:
    there = record.provenance.get(key)
    names = there if isinstance(there, dict) else {}
    return ", ".join(f"{name} {said(record, key, name)}".strip() for name in names)


def _times(records: Sequence[Record]) -> Facts:
    starts = sorted(filter(None, (said(record, "start") for record in records)))
    ends = sorted(filter(None, (said(record, "end") for record in records)))
    if not starts or not ends:
        return ()
    return (("trained", f"{_moment(starts[0])} to {_moment(ends[-1])}"),)


def _moment(text: str) -> str:
    """`2026-11-23 19:21:25 UTC` from what `records.provenance.now` writes."""
    return text.replace("T", " ").replace("+00:00", " UTC")
