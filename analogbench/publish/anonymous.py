"""Records without what tells machines and people apart: hosts become numbers, and paths keep their last name only.

What was run stays as it is, and with it the identity: a path that is a parameter of a plugin is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analogbench.records.record import Record
from analogbench.report.provenance import said

_NAME = r"[^\s/'\"`:,;()<>\[\]]+"
_PATH = re.compile(
    rf"""
    (?P<address>(?<![\w.+-])(?!(?i:file):)[A-Za-z][\w+.-]*://(?:{_NAME}|/|:(?!/))*)
    |
    (?: (?P<option>(?<![\w.~/-])--?\w+) | (?<![\w.~/-]) )  # as in -I/usr/include; a relative path begins otherwise
    (?: ~(?:[^\W\d][\w.-]*)?(?:/+{_NAME})* | (?:/+{_NAME})+ )
    /+(?={_NAME})
    """,
    re.VERBOSE,
)
"""The folders of an absolute path, or of one in a home directory, up to its last name; or an address, which stays."""

TEXTS = {".md", ".svg", ".html", ".json", ".csv", ".tex"}


class Mask:
    """Replaces the same host by the same number in everything that is published together."""

    def __init__(self, records: Iterable[Record]) -> None:
        """records: all that are published; their hosts are numbered in the order of their fingerprints."""
        places = [("host",), ("worker", "host")]
        hosts = sorted({host for record in records for place in places if (host := said(record, *place))})
        self._hosts = {host: f"anonymous-{number}" for number, host in enumerate(hosts, 1)}

    def record(self, record: Record) -> Record:
        """The record without hosts, kernels and paths."""
        provenance = self._masked(record.provenance)
        for part in (provenance, provenance.get("worker")):
            if isinstance(part, dict) and isinstance(part.get("platform"), str):
                part["platform"] = part["platform"].partition("-")[0]
        texts = {"reason": self.text(record.reason), "traceback": self.text(record.traceback)}
        return record.model_copy(update=texts | {"provenance": provenance})

    def text(self, text: str) -> str:
        """The text without hosts and folders."""
        for host, name in self._hosts.items():
            text = text.replace(host, name)
        return _PATH.sub(lambda found: found["address"] or f"{found['option'] or ''}…/", text)

    def file(self, path: Path) -> bytes:
        """The content of a file; texts without hosts and folders."""
        content = path.read_bytes()
        if path.suffix in TEXTS:
            return self.text(content.decode(errors="surrogateescape")).encode(errors="surrogateescape")
        return content

    def _masked(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._masked(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._masked(one) for one in value]
        return self.text(value) if isinstance(value, str) else value
