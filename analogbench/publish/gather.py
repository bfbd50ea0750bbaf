"""Everything that is to be published, in one fresh folder: itself a results folder, with an index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.errors import UsageError
from analogbench.publish import index as indices
from analogbench.publish.anonymous import Mask
from analogbench.publish.index import Index, LeftOut
from analogbench.publish.making import make, maker
from analogbench.records.merge import merge
from analogbench.records.record import Record
from analogbench.records.staleness import code_of
from analogbench.records.store import Store
from analogbench.report.frame import newest

if TYPE_CHECKING:
    from analogbench.registry import Registry

SUITES = "suites"
SUITE_FILES = {".md", ".svg", ".png", ".tex", ".html", ".csv", ".json"}
"""What the report on a suite consists of."""


@dataclass(frozen=True)
class Wishes:
    """allow_stale: publish records that other code has made than is installed here, marked. anonymous: without
    machines and paths, see `anonymous`."""

    allow_stale: bool = False
    anonymous: bool = False


def gather(sources: Sequence[Path], folder: Path, registry: Registry, wishes: Wishes) -> tuple[Index, tuple[str, ...]]:
    """Fill the empty `folder` from the results folders `sources`; returns its index, which is there, too, and what its
    publisher should be told of the report.

    Files that cannot be published are in the index, with the reason. Raises UsageError where there is nothing to
    publish, or where that would need the user's consent, and OSError.
    """
    left_out = [*_copy_records(sources, folder)]
    records = _records(folder)
    if not records:
        raise UsageError(f"nothing to publish: no records in {' and '.join(map(str, sources))}")
    mask = Mask(records.values()) if wishes.anonymous else None
    left_out += _copy_suites(sources, folder, mask)
    if mask is not None:
        for record in records.values():
            Store(folder).save(mask.record(record))
        records = _records(folder)
    codes = {record.identity: code_of(record, registry) for record in records.values()}
    stale = frozenset(identity for identity, code in codes.items() if code == "other")
    if not wishes.allow_stale:
        _check_fresh(list(records.values()), stale)
    notes = make(folder, stale, registry).notes
    left = _masked(left_out, mask)
    files = indices.entries(folder)
    index = indices.index_of(files, records, codes, maker(), left_out=left, anonymous=wishes.anonymous)
    indices.write(index, folder)
    return index, notes


def _copy_records(sources: Sequence[Path], folder: Path) -> Iterator[LeftOut]:
    """What of the records is not copied, because it is damaged, or contradicts another one."""
    for step in merge(sources, folder):
        if step.why:
            root = next(source for source in sources if step.path.is_relative_to(source))
            why = (
                f"other numbers than another record of the cell; {step.why}" if step.action == "conflict" else step.why
            )
            yield LeftOut(path=step.path.relative_to(root).as_posix(), reason=why)


def _copy_suites(sources: Sequence[Path], folder: Path, mask: Mask | None) -> Iterator[LeftOut]:
    """Suites' pages as they are: only whoever made them knows which seeds were meant."""
    for source in sources:
        for path in sorted((source / SUITES).glob("*")):
            name = path.relative_to(source)
            if path.is_symlink() or not path.is_file() or path.suffix not in SUITE_FILES:
                yield LeftOut(path=name.as_posix(), reason="no part of the report on a suite")
                continue
            content = path.read_bytes() if mask is None else mask.file(path)
            target = folder / name
            if target.exists() and target.read_bytes() != content:
                yield LeftOut(path=name.as_posix(), reason="another results folder has a file of this name")
                continue
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)


def _records(folder: Path) -> dict[str, Record]:
    """By path relative to `folder`."""
    found = Store(folder).walk()
    return {path.relative_to(folder).as_posix(): one for path, one in found if isinstance(one, Record)}


def _check_fresh(records: Sequence[Record], stale: frozenset[str]) -> None:
    """Raises UsageError where the leaderboards would show stale records."""
    shown = newest(records, stale)
    number = Counter(kept.stale for kept in shown)[True]
    if number:
        raise UsageError(
            f"{number} of {len(shown)} records are stale, made by other code than is installed now: run them again, "
            "see `analogbench status`, or publish them, marked, with --allow-stale"
        )


def _masked(left_out: Iterable[LeftOut], mask: Mask | None) -> list[LeftOut]:
    return [one if mask is None else LeftOut(path=one.path, reason=mask.text(one.reason)) for one in left_out]
