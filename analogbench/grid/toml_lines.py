"""Where in a TOML file a key stands: tomllib says what a file holds, but not on which line."""

from __future__ import annotations

import bisect
import re
import tomllib
from collections import Counter
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]
"""Keys, and numbers of elements counted from 0, such as ("grid", 0, "devices", 1)."""

_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_SCALAR = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'"
    r"|[^,\]}#\n]+",
    re.DOTALL,
)


def line_at(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line, counted from 1, of what is at `path`, or else of the innermost table or array around it.

    lines: what `lines_of` finds.
    """
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def lines_of(text: str) -> dict[KeyPath, int]:
    """The line of every key and of every element of an array.

    A table that several lines extend is where its own header is, or else where it is first mentioned; an array of
    tables is where its first table is. text: valid TOML.
    """
    return _Scanner(text).scan()


class _Scanner:
    """Walks once through a text. at: how far it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.ends = [i for i, sign in enumerate(text) if sign == "\n"]
        self.lines: dict[KeyPath, int] = {}
        self.tables: Counter[KeyPath] = Counter()  # how many tables each array of tables has so far

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self._skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()
        return self.lines

    def _header(self) -> KeyPath:
        """`[a.b]` or `[[a.b]]`; returns the path of the table."""
        line, brackets = self._line(), 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        *owners, last = self._keys()
        self.at += brackets
        path: KeyPath = ()
        for key in owners:
            path = self._mentioned((*path, key), line)
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
        path = (*path, last)
        if brackets == 2:
            self._mentioned(path, line)
            self.tables[path] += 1
            path = (*path, self.tables[path] - 1)
        self.lines[path] = line
        return path

    def _pair(self, path: KeyPath) -> None:
        """`a.b = value` in the table at `path`."""
        line = self._line()
        for key in self._keys():
            path = self._mentioned((*path, key), line)
        self.at += 1
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._skip()
        sign = self.text[self.at]
        if sign not in "[{":
            self._take(_SCALAR)
            return
        self.at += 1
        number = 0
        while not self._closed():
            if sign == "{":
                self._pair(path)
            else:
                self._value(self._mentioned((*path, number), self._line()))
                number += 1

    def _closed(self) -> bool:
        """Whether an array or inline table ends here; passes its end, or else the comma before the next element."""
        self._skip()
        if self.text[self.at] == ",":
            self.at += 1
            self._skip()
        if self.text[self.at] not in "]}":
            return False
        self.at += 1
        return True

    def _keys(self) -> list[str]:
        """`a . "b"`, up to what follows it."""
        keys = []
        while True:
            self._skip()
            key = self._take(_KEY)
            keys.append(tomllib.loads(f"key = {key}")["key"] if key[0] in "\"'" else key)
            self._skip()
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _skip(self) -> None:
        self._take(_SPACE)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"not TOML (at line {self._line()})")
        self.at = match.end()
        return match[0]

    def _line(self) -> int:
        return bisect.bisect_left(self.ends, self.at) + 1

    def _mentioned(self, path: KeyPath, line: int) -> KeyPath:
        self.lines.setdefault(path, line)
        return path
