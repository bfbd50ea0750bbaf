"""Tables and plots against the records: they are made once more, beside the records, and compared byte for byte."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from analogbench.publish.gather import SUITES
from analogbench.publish.index import NAME, Index, files_in
from analogbench.publish.making import TEXTS, make, maker
from analogbench.publish.verify.findings import Check, Finding
from analogbench.records.record import Record
from analogbench.records.staleness import Code
from analogbench.report.page.write import NAME as PAGE

if TYPE_CHECKING:
    from analogbench.registry import Registry

FOLDERS = ("tables", "plots")
OTHER_MAKER = "not what the installed code makes of the records, but other code or other libraries made it"
OTHER_BYTES = "not the same bytes as made here: other fonts or libraries, or changed"
OTHER_COMMANDS = "all but the commands that run cells again, which hang on plugins that are others here, or are forged"
WRONG = "does not follow from the records"

_COMMANDS = re.compile(rb'("commands":\[)(?:"(?:[^"\\<\x00-\x1f]|\\[^<\x00-\x1f])*",?)*\]')
"""Lists of a page's data. In text that is quoted there, the quotes have backslashes; a `<` would end the data."""


def check_tables(
    folder: Path, index: Index | None, records: Mapping[str, Record], codes: Mapping[str, Code], registry: Registry
) -> Iterator[Finding]:
    """A finding for each table, page and plot. index: None where the folder was not published. codes: whose code made
    each record, by path as `records`."""
    made = _made(folder, _marked(index) if index else frozenset(), registry)
    stale = frozenset(record.identity for path, record in records.items() if codes[path] == "other")
    if index is None and stale and not _agrees(folder, made):  # older reports knew no marks, newer ones have them
        made = _made(folder, stale, registry)
    there = {path for path in files_in(folder) if _is_report(path)}
    same = index is None or index.maker == maker()
    here = set(codes.values()) <= {"installed"}
    for path in sorted(made.keys() | there if index else there):
        yield _finding(path, _content(folder, path), made.get(path), same, here)
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
            target = new / path.relative_to(folder)
            if path.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
            else:  # a pipe would be waited for; a folder is no file either, which is all that the page says of it
                target.mkdir(parents=True, exist_ok=True)
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
    return PurePosixPath(path).suffix in TEXTS


def _check(path: str) -> Check:
    return "tables" if _is_text(path) else "plots"


def _finding(path: str, found: bytes | None, made: bytes | None, same: bool, here: bool) -> Finding:
    """same: whether code and libraries that made it are those here. here: whether those that made all records are."""
    check = _check(path)
    if found is None or made is None:
        return Finding(check, "wrong", path, WRONG) if same else Finding(check, "unverified", path, OTHER_MAKER)
    if found == made:
        return Finding(check, "good", path)
    if check == "plots":
        return Finding(check, "unverified", path, OTHER_BYTES)
    if not same:
        return Finding(check, "unverified", path, OTHER_MAKER)
    if not here and path == PAGE and _without_commands(found) == _without_commands(made):
        return Finding(check, "unverified", path, OTHER_COMMANDS)
    return Finding(check, "wrong", path, WRONG)


def _without_commands(page: bytes) -> bytes:
    """The page with empty lists of commands."""
    return _COMMANDS.sub(rb"\1]", page)
