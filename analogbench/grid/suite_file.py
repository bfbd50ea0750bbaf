"""The file of a suite or device, and how a message names a place in it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analogbench.errors import SelectionError
from analogbench.grid.toml_lines import KeyPath, line_at, lines_of

_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class SuiteFile:
    """A TOML file and what stands in it. kind: what it is, with which messages begin."""

    path: Path
    text: str
    kind: str = "suite"

    def line(self, path: KeyPath) -> int:
        """The line of what is at `path`."""
        return line_at(self._lines, path)

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        return lines_of(self.text)

    def place(self, path: KeyPath, element: KeyPath = ()) -> str:
        """`line 7, grid 1, devices`: where the key at `path` is; the line is that of the `element` below it."""
        return ", ".join(filter(None, (f"line {self.line((*path, *element))}", in_words(path))))

    def content(self) -> dict[str, Any]:
        """What tomllib reads. Raises SelectionError, which names the file and the line."""
        try:
            return tomllib.loads(self.text)
        except ValueError as error:
            raise SelectionError(f"{self.kind} {self.path}: {error}") from error
        except RecursionError as error:
            raise SelectionError(f"{self.kind} {self.path}: arrays or tables are nested too deeply") from error


def read(path: Path, kind: str = "suite") -> SuiteFile:
    """Read the file. Raises SelectionError, which names it."""
    try:
        return SuiteFile(path, path.read_bytes().decode(), kind)
    except OSError as error:
        raise SelectionError(f"{kind} {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SelectionError(f"{kind} {path}, line {line}: not UTF-8") from error
    except ValueError as error:  # such as a null byte in the path
        raise SelectionError(f"{kind} {path}: {error}") from error


def in_words(path: KeyPath) -> str:
    """`figure 1, by.keys` for ("figure", 0, "by", "keys")."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f" {step + 1}"
            separator = ", "
            continue
        text += (separator if text else "") + (step if _BARE.fullmatch(step) else f'"{step}"')
        separator = "."
    return text
