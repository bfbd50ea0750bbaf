"""`index.json`: what a published folder holds, for programs; it ends with a checksum of itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from analogbench.api.task import Budget
from analogbench.errors import RecordError
from analogbench.grid.cell import Status
from analogbench.records.record import MetricInfo, Record
from analogbench.records.seal import opened, sealed
from analogbench.records.staleness import Code
from analogbench.report.machines import machine_of
from analogbench.report.provenance import said

NAME = "index.json"
SCHEMA_VERSION = 1

MAX_BYTES = 100_000_000
"""No index is this large."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileEntry(_Model):
    """A file. path: relative to the folder, with slashes. size: in bytes."""

    path: str
    size: int
    sha256: str


class CellEntry(_Model):
    """A cell as tables call it: labels have the parameters that differ from their defaults."""

    algorithm: str
    device: str
    task: str
    data: str
    budget: Budget
    seed: int


class RecordEntry(_Model):
    """A record. checksum: the SHA-256 of its file. value: of the ranking metric, in the task's own units. code: whether
    the code that published it was also the code that made it."""

    path: str
    identity: str
    checksum: str
    cell: CellEntry
    status: Status
    value: float | None
    metric: MetricInfo | None
    code: Code


class LeftOut(_Model):
    """A file among the records that was not published, and why."""

    path: str
    reason: str


class Maker(_Model):
    """What made tables and plots of the records. code: a digest of it. versions: of the libraries that it used."""

    code: str
    versions: dict[str, str]


class Index(_Model):
    """All of a published folder. commits, versions, machines: where the records come from, by their own account.

    anonymous: whether machines were replaced by numbers.
    """

    schema_version: Literal[1] = 1
    kind: Literal["analogbench leaderboard"] = "analogbench leaderboard"
    maker: Maker
    anonymous: bool = False
    commits: list[str]
    versions: dict[str, list[str]]
    machines: list[str]
    records: list[RecordEntry]
    left_out: list[LeftOut]
    files: list[FileEntry]


def index_of(  # noqa: PLR0913 - each is something else
    files: Sequence[FileEntry],
    records: Mapping[str, Record],
    codes: Mapping[str, Code],
    maker: Maker,
    *,
    left_out: Iterable[LeftOut] = (),
    anonymous: bool = False,
) -> Index:
    """The index of a folder. files: all that it lists. records: by path relative to it. codes: by identity."""
    sums = {file.path: file.sha256 for file in files}
    return Index(
        maker=maker,
        anonymous=anonymous,
        commits=_sorted(said(record, "git", "commit") for record in records.values()),
        versions=_versions(records.values()),
        machines=_sorted(machine_of(record) for record in records.values()),
        records=[_record(path, record, sums[path], codes[record.identity]) for path, record in sorted(records.items())],
        left_out=sorted(left_out, key=lambda one: (one.path, one.reason)),
        files=list(files),
    )


def entries(folder: Path) -> list[FileEntry]:
    """An entry for each file but the index. Raises OSError."""
    return [entry(folder, path) for path in files_in(folder) if path != NAME]


def files_in(folder: Path) -> Iterator[str]:
    """The paths of everything in `folder` that is no folder, relative to it, with slashes, sorted."""
    leaves = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    yield from sorted(path.relative_to(folder).as_posix() for path in leaves)


def entry(folder: Path, path: str) -> FileEntry:
    """The entry of one file. Raises OSError."""
    content = (folder / PurePosixPath(path)).read_bytes()
    return FileEntry(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def _record(path: str, record: Record, checksum: str, code: Code) -> RecordEntry:
    cell, names = record.cell, record.labels.model_dump()
    return RecordEntry(
        path=path,
        identity=record.identity,
        checksum=checksum,
        cell=CellEntry(**names, budget=cell.budget, seed=cell.seed),
        status=record.status,
        value=record.value,
        metric=record.metric,
        code=code,
    )


def _versions(records: Iterable[Record]) -> dict[str, list[str]]:
    """Of each package, as the records say, and of Python."""
    found: dict[str, set[str]] = {}
    for record in records:
        several = record.provenance.get("versions")
        found.setdefault("python", set()).add(said(record, "python"))
        for name in several if isinstance(several, dict) else ():
            found.setdefault(str(name), set()).add(said(record, "versions", name))
    return {name: _sorted(found[name]) for name in sorted(found)}


def _sorted(texts: Iterable[str]) -> list[str]:
    return sorted({text for text in texts if text})


def write(index: Index, folder: Path) -> None:
    """Write the index into `folder`: lists have a line for each entry, so that diffs show what changed."""
    (folder / NAME).write_text(sealed(_to_json(index)), encoding="utf-8", newline="\n")


def _to_json(index: Index) -> str:
    data: dict[str, Any] = index.model_dump(mode="json")
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {_lines(value)}" for key, value in data.items()) + "\n}\n"


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False, allow_nan=False) for one in value) + "\n]"


def read(folder: Path) -> Index:
    """The index of a published folder. Raises RecordError, whose one line says what is wrong with it."""
    path = folder / NAME
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
            raise RecordError(f"{NAME}: not a file that `analogbench publish` writes")
        content = path.read_bytes()
    except OSError as error:
        raise RecordError(f"{NAME}: cannot be read: {error.strerror or error}") from error
    body = opened(content)
    if body is None or body == content:
        raise RecordError(f"{NAME}: damaged, or changed by hand: its checksum is another")
    try:
        return Index.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise RecordError(f"{NAME}: not an index of schema {SCHEMA_VERSION}: {place} {first['msg']}".strip()) from error
