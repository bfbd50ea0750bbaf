"""Unites the records of several results directories, such as those of several machines.

Of two records of one cell by one code, ok beats not ok. Two that ended equally well count the same: the one that ended
first stays, so that the order in which directories are merged does not matter. Where both are ok and their numbers
differ though the cell can be reproduced, both stay where they are, and a person has to look: on machines of two kinds
last digits may differ, on one they must not.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from analogbench.records.claims import Claims
from analogbench.records.ended import ended
from analogbench.records.record import Record
from analogbench.records.store import Problem, Store

Action = Literal["copied", "replaced", "already there", "conflict", "busy", "damaged"]
"""copied: there was none. replaced: the one that was there ended worse, or later. already there: that one stays.
conflict: it stays, but the other has other numbers. busy: a run trains the cell now. damaged: the file is no record."""


_IDENTITY = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Step:
    """What was done with a file. present: where the record lies that stays, or that it became. why: of what went
    wrong."""

    action: Action
    path: Path
    present: Path | None = None
    why: str = ""


def merge(sources: Iterable[Path], into: Path) -> Iterator[Step]:
    """Copy what the results directories `sources` have more or better than `into`; a step for each file.

    Each cell is claimed meanwhile: a run into the same directory neither loses a record to us nor we to it. Raises
    OSError.
    """
    store = Store(into)
    with Claims(into) as claims:
        for path, found in _files(sources):
            if isinstance(found, Problem):
                yield Step("damaged", path, why=found.reason)
                continue
            owner = claims.take(found.identity)
            if owner is not None:
                yield Step("busy", path, why=f"{owner} is at work on this cell")
                continue
            try:
                step = _step(path, found, *_lies(store, found))
                if step.action in {"copied", "replaced"}:
                    store.save(found)
            finally:
                claims.release(found.identity)
            yield step


def rehearse(sources: Iterable[Path], into: Path) -> Iterator[Step]:
    """The steps that `merge` would take; nothing is written."""
    store = Store(into)
    taken: dict[str, tuple[Path, Record]] = {}
    for path, found in _files(sources):
        if isinstance(found, Problem):
            yield Step("damaged", path, why=found.reason)
            continue
        place, present = taken.get(found.identity) or _lies(store, found)
        step = _step(path, found, place, present)
        if step.action in {"copied", "replaced"}:
            taken[found.identity] = place, found
        yield step


def _files(sources: Iterable[Path]) -> Iterator[tuple[Path, Record | Problem]]:
    """All files of all directories. The identity names files here, and came with the file: not any text will do."""
    for path, found in itertools.chain.from_iterable(Store(source).walk() for source in sources):
        good = isinstance(found, Problem) or _IDENTITY.fullmatch(found.identity)
        yield path, found if good else Problem(path, "not a record: its identity is not 64 hexadecimal digits")


def _lies(store: Store, record: Record) -> tuple[Path, Record | None]:
    """Where the record of the same cell by the same code lies, or would, and what it says."""
    return store.place(record.identity, record.cell), store.find(record.identity, record.cell)


def _step(path: Path, new: Record, place: Path, present: Record | None) -> Step:
    if present is None:
        return Step("copied", path, place)
    if (new.status == "ok") != (present.status == "ok"):
        return Step("replaced" if new.status == "ok" else "already there", path, place)
    if new.status == "ok" and new.reproducible and present.reproducible and not same_numbers(new, present):
        return Step("conflict", path, place, _where(new, present))
    times = ended(new), ended(present)
    earlier = all(map(math.isfinite, times)) and times[0] < times[1]
    return Step("replaced" if earlier else "already there", path, place)


def same_numbers(one: Record, other: Record) -> bool:
    """Whether the results agree in every digit that is kept."""
    names = ("metrics", "curve", "steps", "pulses", "weights")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _where(one: Record, other: Record) -> str:
    hosts = one.provenance.get("host"), other.provenance.get("host")
    return "both were made on one machine" if hosts[0] and hosts[0] == hosts[1] else "they were made on two machines"
