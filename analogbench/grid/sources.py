"""Digests of source code that change with its meaning, not with comments, layout, docstrings or Python's version."""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

_SILENT = ("kind", "type_comment")
"""Fields of a syntax tree without a meaning: the `u` of u"...", and comments."""


@functools.cache
def file_digest(path: Path) -> str:
    """The digest of one module. What is not Python source, such as a compiled module, is digested byte by byte."""
    content = path.read_bytes()
    if path.suffix == ".py":
        with contextlib.suppress(SyntaxError):  # edited since it was imported
            content = "".join(_walk(ast.parse(content))).encode()
    return hashlib.sha256(content).hexdigest()


@functools.cache
def tree_digest(folder: Path) -> str:
    """The digest of all Python modules below `folder`, and of where they lie."""
    paths = sorted(folder.rglob("*.py"), key=lambda path: path.relative_to(folder).as_posix())
    lines = [f"{path.relative_to(folder).as_posix()} {file_digest(path)}\n" for path in paths]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _walk(node: object) -> Iterator[str]:
    """A text that stands for a syntax tree. Empty fields are left out: Python versions differ in which there are."""
    if isinstance(node, ast.AST):
        yield f"({type(node).__name__}"
        for name, value in sorted(ast.iter_fields(node)):
            kept = _statements(value) if isinstance(value, list) else value
            if kept is not None and kept != [] and name not in _SILENT:
                yield f" {name}="
                yield from _walk(kept)
        yield ")"
    elif isinstance(node, list):
        yield "["
        for item in node:
            yield from _walk(item)
            yield ","
        yield "]"
    else:
        yield repr(node)


def _statements(nodes: list[object]) -> list[object]:
    """`nodes` without docstrings: texts that are a statement by themselves, wherever they stand."""
    return [node for node in nodes if not _is_docstring(node)]


def _is_docstring(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
