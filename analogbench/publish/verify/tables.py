"""Tables and plots against the records: they are made once more, beside the records, and compared byte for byte."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from analogbench.publish.gather import SUITES
from analogbench.publish.index import Index, files_in
from analogbench.publish.making import TEXTS, make, maker
from analogbench.publish.verify.findings import Finding

FOLDERS = ("tables", "plots")
OTHER_MAKER = "not what the installed code makes of the records, but other code or other libraries made it"
OTHER_BYTES = "not the same bytes as made here: other fonts or libraries, or changed"
WRONG = "does not follow from the records"


def check_tables(folder: Path, index: Index | None, stale: Collection[str]) -> Iterator[Finding]:
    """A finding for each table, page and plot. index: None where the folder was not published.

    stale: identities of records that other code has made than is installed here.
    """
    made = _made(folder, _marked(index) if index else frozenset())
    if index is None and stale and not _agrees(folder, made):  # older reports knew no marks, newer ones have them
        made = _made(folder, stale)
    there = {path for path in files_in(folder) if _is_report(path)}
    same_maker = index is None or index.maker == maker()
    for path in sorted(made.keys() | there if index else there):
        yield _finding(folder, path, made.get(path), same_maker)
    for path in files_in(folder):
        if path.startswith(f"{SUITES}/"):
            yield Finding("suites", "unverified", path, "pages of suites are not compared with the records")


def _marked(index: Index) -> frozenset[str]:
    """What was stale where and when the folder was published."""
    return frozenset(one.identity for one in index.records if one.code == "other")


def _made(folder: Path, stale: Collection[str]) -> dict[str, bytes]:
    """The files of the report on the records of `folder`, by path."""
    with tempfile.TemporaryDirectory(prefix="analogbench-") as temporary:
        new = Path(temporary)
        shutil.copytree(folder / "records", new / "records", symlinks=True)
        return {path: (new / path).read_bytes() for path in make(new, stale)}


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
    return _is_text(path)


def _is_text(path: str) -> bool:
    return PurePosixPath(path).suffix in TEXTS


def _finding(folder: Path, path: str, made: bytes | None, same_maker: bool) -> Finding:
    text = _is_text(path)
    found = _content(folder, path)
    if found is not None and found == made:
        return Finding("tables" if text else "plots", "good", path)
    if not text and found is not None and made is not None:
        return Finding("plots", "unverified", path, OTHER_BYTES)
    why = WRONG if same_maker else OTHER_MAKER
    return Finding("tables" if text else "plots", "wrong" if same_maker else "unverified", path, why)
