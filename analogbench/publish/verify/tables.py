"""Tables and plots against the records: they are made once more, beside the records, and compared byte for byte."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from analogbench.publish.gather import SUITES
from analogbench.publish.index import NAME, Index, files_in
from analogbench.publish.making import PAGES, TEXTS, make, maker
from analogbench.publish.verify.findings import Check, Finding
from analogbench.records.record import Record
from analogbench.records.staleness import code_of

if TYPE_CHECKING:
    from analogbench.registry import Registry

FOLDERS = ("tables", "plots")
OTHER_MAKER = "not what the installed code makes of the records, but other code or other libraries made it"
OTHER_BYTES = "not the same bytes as made here: other fonts or libraries, or changed"
WRONG = "does not follow from the records"


def check_tables(folder: Path, index: Index | None, records: Iterable[Record], registry: Registry) -> Iterator[Finding]:
    """A finding for each table, page and plot. index: None where the folder was not published."""
    codes = {record.identity: code_of(record, registry) for record in records}
    made = _made(folder, _marked(index) if index else frozenset(), registry)
    stale = frozenset(identity for identity, code in codes.items() if code == "other")
    if index is None and stale and not _agrees(folder, made):  # older reports knew no marks, newer ones have them
        made = _made(folder, stale, registry)
    there = {path for path in files_in(folder) if _is_report(path)}
    same = index is None or index.maker == maker()
    firm = {**dict.fromkeys(TEXTS, same), **dict.fromkeys(PAGES, same and set(codes.values()) <= {"installed"})}
    for path in sorted(made.keys() | there if index else there):
        yield _finding(folder, path, made.get(path), firm)
    for path in files_in(folder):
        if path.startswith(f"{SUITES}/"):
            yield Finding("suites", "unverified", path, "pages of suites are not compared with the records")


def _marked(index: Index) -> frozenset[str]:
    """What was stale where and when the folder was published."""
    return frozenset(one.identity for one in index.records if one.code == "other")


def _made(folder: Path, stale: Collection[str], registry: Registry) -> dict[str, bytes]:
    """The files of the report on the records of `folder`, by path."""
    with tempfile.TemporaryDirectory(prefix="analogbench-") as temporary:
        new = Path(temporary)
        for path in (folder / "records").rglob("*.json"):
            if path.is_file():  # a pipe would be waited for
                target = new / path.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        return {p.relative_to(new).as_posix(): p.read_bytes() for p in make(new, stale, registry).paths}


def _agrees(folder: Path, made: dict[str, bytes]) -> bool:
    """Whether all tables that are there are the made ones."""
    return all(_content(folder, path) in (None, content) for path, content in made.items() if _is_text(path))


def _content(folder: Path, path: str) -> bytes | None:
    place = folder / path
    return place.read_bytes() if place.is_file() else None


def _is_report(path: str) -> bool:
    """Whether a file is of the kind that a report consists of."""
    parts = PurePosixPath(path).parts
    if len(parts) > 1:
        return parts[0] in FOLDERS
    return _is_text(path) and path != NAME


def _is_text(path: str) -> bool:
    return PurePosixPath(path).suffix in TEXTS | PAGES


def _check(path: str) -> Check:
    return "tables" if _is_text(path) else "plots"


def _finding(folder: Path, path: str, made: bytes | None, firm: Mapping[str, bool]) -> Finding:
    """firm: by suffix, whether a difference can only mean that the file does not follow from the records."""
    found, check = _content(folder, path), _check(path)
    if found is not None and found == made:
        return Finding(check, "good", path)
    if check == "plots" and None not in (found, made):
        return Finding(check, "unverified", path, OTHER_BYTES)
    if firm.get(PurePosixPath(path).suffix, firm[".md"]):
        return Finding(check, "wrong", path, WRONG)
    return Finding(check, "unverified", path, OTHER_MAKER)
