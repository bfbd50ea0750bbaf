"""Where records lie: one JSON file for each cell, `root/records/<task>/<cell>.json`."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analogbench.errors import RecordError
from analogbench.grid.cell import Cell
from analogbench.records.record import SCHEMA_VERSION, Record
from analogbench.records.seal import opened, sealed

MAX_BYTES = 1_000_000
"""No record is this large; a larger file is something else and is not even read."""

DIGITS = 6
"""Significant digits of a curve's numbers: more would triple the file and show in no plot."""


@dataclass(frozen=True)
class Problem:
    """A file among the records that is not a readable record, and why, in one line."""

    path: Path
    reason: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.path}: {self.reason}"

    def below(self, root: Path) -> str:
        """One line without where the folder `root` lies: that is nobody's business on a published page."""
        path = self.path.relative_to(root).as_posix()
        return f"{path}: {self.reason.replace(str(self.path), path)}"


class Store:
    """The records below one results directory. Nothing is cached: the files are the truth."""

    def __init__(self, root: Path) -> None:
        """root: the results directory; it need not exist yet."""
        self.root = root
        self.folder = root / "records"

    def path_of(self, identity: str, cell: Cell) -> Path:
        """How the record of `cell` is called: a second run overwrites the first, changed code makes a new file."""
        parts = (cell.algorithm.name, str(cell.device), cell.budget, f"s{cell.seed}", identity[:12])
        return self.folder / _safe(cell.task.name) / f"{_safe('-'.join(parts))}.json"

    def check_writable(self) -> None:
        """Make the folder and write a file into it. Raises OSError where that cannot be done."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder):
            pass

    def save(self, record: Record) -> Path:
        """Write the record, whole or not at all; returns its path. Raises OSError, and then leaves nothing behind.

        Only an older record of the same cell is overwritten. Where anything else has its name, such as a damaged file
        or a record of a newer schema, it is called `....2.json` instead, and so on.
        """
        path = self.place(record.identity, record.cell)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_atomically(path, to_json(record))
        return path

    def load_all(self) -> tuple[list[Record], list[Problem]]:
        """All records in the order of their paths, and the files that are none. Damaged files stay as they are."""
        found = [one for _, one in self.walk()]
        return [one for one in found if isinstance(one, Record)], [one for one in found if isinstance(one, Problem)]

    def walk(self) -> Iterator[tuple[Path, Record | Problem]]:
        """All files in the order of their paths, each with its record, or with why it is none."""
        for path in sorted(self.folder.rglob("*.json")):
            try:
                yield path, read(path)
            except RecordError as error:
                yield path, Problem(path, str(error).removeprefix(f"{path}: "))

    def find(self, identity: str, cell: Cell) -> Record | None:
        """The record of `cell` made by the code that `identity` stands for; None if there is none or it is damaged."""
        try:
            return read(self.place(identity, cell))
        except RecordError:
            return None

    def place(self, identity: str, cell: Cell) -> Path:
        """Where the record of `cell` lies, or else the first free name for it."""
        first = self.path_of(identity, cell)
        for path in itertools.chain([first], (first.with_name(f"{first.stem}.{n}.json") for n in itertools.count(2))):
            if not os.path.lexists(path):
                break
            with contextlib.suppress(RecordError):
                if read(path).identity == identity:
                    break
        return path


def read(path: Path) -> Record:
    """Read one record. Raises RecordError, which names the file and says what is wrong with it in one line."""
    try:
        if not path.is_file():
            raise RecordError(f"{path}: not a file")
        if path.stat().st_size > MAX_BYTES:
            raise RecordError(f"{path}: larger than {MAX_BYTES} bytes, so no record")
        content = path.read_bytes()
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {error.strerror or error}") from error
    return _parse(path, content)


def _parse(path: Path, content: bytes) -> Record:
    if not content.strip():
        raise RecordError(f"{path}: empty")
    body = opened(content)
    if body is None:
        raise RecordError(f"{path}: damaged, or changed by hand: its checksum is another")
    try:
        record = Record.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(key) for key in first["loc"])
        newer = _schema_of(content)
        why = f"schema version {newer}, written by another analogbench" if newer else f"{place} {first['msg']}".strip()
        raise RecordError(f"{path}: not a record: {' '.join(why.split())}") from error
    if record.schema_version != SCHEMA_VERSION:
        raise RecordError(
            f"{path}: not a record: schema version {record.schema_version}, written by another analogbench"
        )
    return record


def _schema_of(content: bytes) -> int | None:
    """The schema version that a file claims, where it is another than ours."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return None
    version = data.get("schema_version") if isinstance(data, dict) else None
    return version if isinstance(version, int) and version != SCHEMA_VERSION else None


def to_json(record: Record) -> str:
    """One line for each field: people can read it, diffs show what changed, and a curve does not fill the screen."""
    data: dict[str, Any] = record.model_dump(mode="json")
    data["curve"] = {name: [_rounded(number) for number in column] for name, column in record.curve.items()}
    fields = [f"{json.dumps(key)}: {json.dumps(data[key], ensure_ascii=False, allow_nan=False)}" for key in data]
    return sealed("{\n" + ",\n".join(fields) + "\n}\n")


def _rounded(number: float | None) -> float | None:
    """`number` with `DIGITS` significant digits; whole numbers, such as step counts, stay exact and lose their `.0`."""
    if number is None:
        return None
    if float(number).is_integer():
        return int(number)
    return float(f"{number:.{DIGITS}g}")


def _safe(name: str) -> str:
    """`name` as a file name: a plugin's name may hold anything, also a slash."""
    return re.sub(r"[^A-Za-z0-9._+-]+", "_", name).lstrip(".") or "_"


def _write_atomically(path: Path, text: str) -> None:
    """A reader finds the old file or the new one, never half of it; so does whoever comes after a power failure."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    temporary = Path(name)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes files that nobody else may read
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable; some file systems do not offer it, and the record is whole without."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
