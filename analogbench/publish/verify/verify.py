"""All checks of one folder, published or not, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analogbench.errors import RecordError, UsageError
from analogbench.publish import index as indices
from analogbench.publish.index import Index
from analogbench.publish.verify.files import check_files, check_index
from analogbench.publish.verify.findings import Finding
from analogbench.publish.verify.judge import judge
from analogbench.publish.verify.records_ import check_identities, read_records
from analogbench.publish.verify.rerun import rerun
from analogbench.publish.verify.sample import draw, mates, obstacle
from analogbench.publish.verify.tables import check_tables
from analogbench.records.record import Record
from analogbench.records.staleness import code_of
from analogbench.run.display import Display
from analogbench.run.messages import Settings

if TYPE_CHECKING:
    from analogbench.registry import Registry

Show = Callable[[int], Display]
"""Makes what shows how far a number of cells is."""


@dataclass(frozen=True)
class Sample:
    """How many cells are run again, which lot decides, how long one may have taken, and how they are run."""

    number: int
    seed: int
    longest: float
    settings: Settings


@dataclass(frozen=True)
class Verified:
    """What was found. published: whether there was an index. obstacles: of how many records cells were not in the lot
    for the sample, by why."""

    findings: tuple[Finding, ...]
    published: bool
    obstacles: Counter[str]


def verify(folder: Path, registry: Registry, sample: Sample, show: Show) -> Verified:
    """Check everything. Raises UsageError where there is nothing to check."""
    published = (folder / indices.NAME).exists() or (folder / indices.NAME).is_symlink()
    if not published and not (folder / "records").is_dir():
        raise UsageError(f"{folder} is neither a published leaderboard nor a results folder: it has no records")
    records, findings = read_records(folder)
    index = None
    if published:
        index, problem = _index(folder)
        findings += [problem] if problem else []
    if index is not None:
        findings += check_files(folder, index)
        findings += check_index(folder, index, records)
    codes = {path: code_of(record, registry) for path, record in records.items()}
    findings += check_identities(records, codes, registry)
    if records:
        findings += check_tables(folder, index, records, codes, registry)
    else:
        findings.append(Finding("records", "wrong", "records", "there are none"))
    obstacles = {path: obstacle(one, codes[path], registry, sample.longest) for path, one in records.items()}
    drawn = draw((one for path, one in records.items() if not obstacles[path]), sample.number, sample.seed)
    ours = [one for path, one in records.items() if codes[path] == "installed"]
    findings += _sampled(drawn, ours, registry, sample, show)
    return Verified(tuple(findings), published, Counter(why for why in obstacles.values() if why))


def _index(folder: Path) -> tuple[Index | None, Finding | None]:
    try:
        return indices.read(folder), None
    except RecordError as error:
        return None, Finding("index", "wrong", indices.NAME, str(error).removeprefix(f"{indices.NAME}: "))


def _sampled(
    drawn: Sequence[Record], ours: Sequence[Record], registry: Registry, sample: Sample, show: Show
) -> Iterator[Finding]:
    """drawn: records whose cells are run again. ours: all that the installed code has made."""
    new = rerun(drawn, registry, sample.settings, show(len(drawn))) if drawn else {}
    for record in drawn:
        if record.identity in new:
            yield judge(record, new[record.identity], mates(record, ours), len(drawn))
        else:
            yield Finding("re-runs", "unverified", str(record.cell), "its new record could not be written")
