"""The index against the files, and against what the records say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from analogbench.publish import index as indices
from analogbench.publish.index import FileEntry, Index
from analogbench.publish.verify.findings import Finding
from analogbench.records.record import Record

DERIVED = ("commits", "versions", "machines")
"""Fields of the index that follow from the records alone."""


def check_files(folder: Path, index: Index) -> Iterator[Finding]:
    """A finding for each file that is listed or there."""
    listed = {file.path: file for file in index.files}
    if len(listed) < len(index.files):
        yield Finding("index", "wrong", indices.NAME, "lists a file twice")
    for path, file in listed.items():
        why = _wrong(folder, file)
        yield Finding("files", "wrong" if why else "good", path, why)
    for path in indices.files_in(folder):
        if path not in listed and path != indices.NAME:
            yield Finding("files", "wrong", path, "not in the index")


def _wrong(folder: Path, file: FileEntry) -> str:
    """What is wrong with a file; empty if nothing is."""
    name = PurePosixPath(file.path)
    if name.is_absolute() or ".." in name.parts:
        return "a name that leads out of the folder"
    path = folder / name
    if any(part.is_symlink() for part in (path, *path.parents) if part.is_relative_to(folder) and part != folder):
        return "a link"
    if not path.is_file():
        return "missing"
    try:
        found = indices.entry(folder, file.path)
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    return "" if found == file else "changed: its checksum is another"


def check_index(folder: Path, index: Index, records: Mapping[str, Record]) -> Iterator[Finding]:
    """Whether the index says of each record what the record says. records: by path, those that can be read."""
    codes = {one.identity: one.code for one in index.records}
    codes = {record.identity: codes.get(record.identity, "unknown") for record in records.values()}
    files = [indices.entry(folder, path) for path in records]
    made = indices.index_of(files, records, codes, index.maker, left_out=index.left_out, anonymous=index.anonymous)
    there, right = ({one.path: one for one in each.records} for each in (index, made))
    for path in sorted(there.keys() | right.keys()):
        if path not in right:
            why = "in the index, but no readable record"
        elif path not in there:
            why = "not among the records of the index"
        else:
            why = _differing(there[path].model_dump(), right[path].model_dump())
        if why:
            yield Finding("index", "wrong", path, why)
    for field in DERIVED:
        if getattr(index, field) != getattr(made, field):
            yield Finding("index", "wrong", indices.NAME, f"{field} are not those that the records say")
    yield Finding("index", "good", indices.NAME)


def _differing(one: Mapping[str, object], other: Mapping[str, object]) -> str:
    """Which fields of two entries differ; empty if none do."""
    names = [name for name in one if one[name] != other[name]]
    return f"the index says another {' and '.join(names)} than the record" if names else ""
