"""Which machine a record was timed on, and the times of several, which are never averaged together.

What counts as one machine is what a cell's time hangs on beside the cell itself: the host, whether its CPU or which of
its GPUs trained, and with how many threads. Two runs on one host with one and with two threads are two machines here:
a mean of both is the time of neither.

How many cells were stacked in a job is not part of it. A cell's time is its share of the job's, so the mean over the
cells of a row is the sum of what was spent on them by their number, whatever the jobs were: what they did cost as they
were run. A row whose cells were trained alone cost more for each, and shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

from analogbench.records.record import Record
from analogbench.report import digits
from analogbench.report.provenance import said

UNKNOWN = "machine unknown"

MOST = 2
"""So many times side by side are easy to read."""

Times = tuple[tuple[str, float], ...]
"""Machines with a mean time in seconds on each, sorted."""


def machine_of(record: Record) -> str:
    """`cpu, AMD EPYC, 1 thread, machine f12689562057`: equal texts are one machine."""
    target = said(record, "worker", "target")
    device = said(record, "worker", "device") if target == "cuda" else _there(record, "cpu")
    threads = said(record, "worker", "threads")
    parts = [target, device, threads and f"{threads} thread{'' if threads == '1' else 's'}"]
    if host := _there(record, "host"):
        parts.append(f"machine {host}")
    return ", ".join(part for part in parts if part) or UNKNOWN


def _there(record: Record, key: str) -> str:
    """What the worker says, which a cluster has on another machine than the command, or else the command."""
    return said(record, "worker", key) or said(record, key)


def letters(machines: Sequence[str]) -> dict[str, str]:
    """A short name for each machine of a table: A, B … Z, AA; none where there is only one."""
    if len(machines) < 2:
        return dict.fromkeys(machines, "")
    return {machine: _letter(place) for place, machine in enumerate(machines)}


def _letter(place: int) -> str:
    rest, last = divmod(place, len(ascii_uppercase))
    return (_letter(rest - 1) if rest else "") + ascii_uppercase[last]


def times_text(times: Times, names: dict[str, str]) -> str:
    """`12.3`; `A 12.3` in a table with several machines, `A 12.3, B 3.14` in a row with two, `3 machines` with more."""
    if len(times) > MOST:
        return f"{len(times)} machines"
    texts = [f"{names.get(machine, '')} {digits.seconds(seconds)}".strip() for machine, seconds in times]
    return ", ".join(texts) or digits.NOTHING
