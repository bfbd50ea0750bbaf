"""The grid that every fault is thrown at, and what its records must say in the end."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analogbench.records.seal import opened

TIMES = {"seconds", "job_seconds", "replicas", "provenance", "checksum"}
"""What of a record depends on how it came about, and not on the cell."""

GRID = (
    *("-a", "analog-sgd,tiki-taka", "-d", "ideal-softbounds,softbounds", "-t", "least-squares,mnist-fcn"),
    *("--budget", "smoke", "--seeds", "3", "--target", "cpu", "--workers", "2", "--threads", "1", "--no-report"),
)
"""24 cells: real algorithms, devices, data and engine, each job about half a second long."""

Numbers = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Verdict:
    """faults: injected. lost: cells without a good record. wrong: records that say something else than they should, or
    that are there twice. notes: what went wrong, in words."""

    faults: int = 0
    lost: int = 0
    wrong: int = 0
    notes: tuple[str, ...] = ()

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(
            self.faults + other.faults,
            self.lost + other.lost,
            self.wrong + other.wrong,
            (*self.notes, *other.notes),
        )


def records(results: Path) -> list[dict[str, Any]]:
    """All records below `results` that are whole, as plain data."""
    found = []
    for path in sorted((results / "records").rglob("*.json")):
        body = opened(path.read_bytes())
        try:
            record = json.loads(body) if body else None
        except (ValueError, RecursionError):
            continue  # damaged by the test itself, which also sees whether the tool has named the file
        if isinstance(record, dict) and "cell" in record:
            found.append(record)
    return found


def numbers(record: dict[str, Any]) -> dict[str, Any]:
    """What two runs of a cell must agree on."""
    return {key: value for key, value in record.items() if key not in TIMES}


def key_of(record: dict[str, Any]) -> str:
    """Which cell it is the record of."""
    return json.dumps(record["cell"], sort_keys=True)


def expected(results: Path) -> Numbers:
    """What the records of an undisturbed run say, by cell."""
    return {key_of(record): numbers(record) for record in records(results)}


def judged(results: Path, wanted: Numbers, faults: int) -> Verdict:
    """Compare the records of a run that was disturbed, and then finished, with those of one that was not."""
    found = records(results)
    count = Counter(key_of(record) for record in found)
    notes, wrong = [], 0
    for record in found:
        key = key_of(record)
        if key in wanted and numbers(record) != wanted[key]:
            wrong += 1
            differing = [name for name in wanted[key] if numbers(record).get(name) != wanted[key][name]]
            notes.append(f"{key}: {record['status']} {record['reason']!r}, other {', '.join(differing)}")
    doubled = [key for key, times in count.items() if times > 1]
    missing = [key for key in wanted if key not in count]
    notes += [f"{key}: {count[key]} records" for key in doubled] + [f"{key}: no record" for key in missing]
    return Verdict(faults, len(missing), wrong + len(doubled), tuple(notes))
