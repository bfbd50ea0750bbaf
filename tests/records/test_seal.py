"""No bit of a record changes unseen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analogbench.errors import RecordError
from analogbench.records.record import Record
from analogbench.records.seal import opened, sealed
from analogbench.records.store import Store, read


def test_every_flipped_bit_is_noticed(tmp_path: Path, record: Record) -> None:
    path = Store(tmp_path).save(record)
    content = path.read_bytes()
    for place, byte in enumerate(content):
        path.write_bytes(content[:place] + bytes([byte ^ 1 << place % 8]) + content[place + 1 :])
        with pytest.raises(RecordError):
            read(path)


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: c + b"\n", lambda c: c.replace(b": ", b":")])
def test_neither_do_others(change: object, tmp_path: Path, record: Record) -> None:
    path = Store(tmp_path).save(record)
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(RecordError, match=r"checksum|not a record"):
        read(path)


def test_records_of_older_versions_have_none(tmp_path: Path, record: Record) -> None:
    path = Store(tmp_path).save(record)
    new = read(path)
    data = json.loads(path.read_text())
    del data["checksum"]
    path.write_text(json.dumps(data))
    assert read(path) == new


def test_a_sealed_text_is_json_and_opens_to_itself() -> None:
    text = '{\n"a": "\u00e9"\n}\n'
    assert json.loads(sealed(text))["a"] == "\u00e9"
    assert opened(sealed(text).encode()) == text.encode()
