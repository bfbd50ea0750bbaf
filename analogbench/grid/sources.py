"""Digests of source code that change with its meaning, not with comments, layout, docstrings or Python's version."""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

_SILENT = ("kind", "type_comment")
"""Fields of a syntax tree without a meaning: the `u` of u"...", and comments."""


@functools.cache
def file_digest(path: Path) -> str:
    """The digest of one module. What is not Python source, such as a compiled module, is digested byte by byte."""
    tree = _parsed(path)
    return hashlib.sha256(_text(tree).encode() if tree else path.read_bytes()).hexdigest()


@functools.cache
def module_digest(name: str, path: Path) -> str:
    """The digest of the module `name`, which lies at `path`, and of all that it imports from its own top-level package.

    Imports are read, not run, and count wherever they stand: a plugin imports late what is slow to import.
    """
    site = path.parents[name.count(".") + (path.stem == "__init__")]
    found, todo = {name: path}, [name]
    while todo:
        current = todo.pop()
        for target in _imports(found[current], current):
            place = _place(site, target) if target.partition(".")[0] == name.partition(".")[0] else None
            if place and target not in found:
                found[target] = place
                todo.append(target)
    lines = [f"{module} {file_digest(place)}\n" for module, place in sorted(found.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@functools.cache
def tree_digest(folder: Path) -> str:
    """The digest of all Python modules below `folder`, and of where they lie."""
    paths = sorted(folder.rglob("*.py"), key=lambda path: path.relative_to(folder).as_posix())
    lines = [f"{path.relative_to(folder).as_posix()} {file_digest(path)}\n" for path in paths]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _imports(path: Path, name: str) -> Iterator[str]:
    """The absolute names of all that the module `name` imports; what is imported from a module may be a module, too."""
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(_parsed(path) or ast.Module([], [])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (base, *(f"{base}.{alias.name}" for alias in node.names))


def _place(site: Path, name: str) -> Path | None:
    """The file of the module `name` below `site`, if it is one."""
    stem = site.joinpath(*name.split("."))
    return next((path for path in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py") if path.is_file()), None)


def _parsed(path: Path) -> ast.Module | None:
    """The syntax tree of a module; None if it is compiled, or was broken since it was imported."""
    if path.suffix == ".py":
        with contextlib.suppress(SyntaxError):
            return ast.parse(path.read_bytes())
    return None


def _text(tree: ast.AST) -> str:
    """A text that stands for a syntax tree."""
    pieces: list[str] = []
    _write(tree, pieces.append)
    return "".join(pieces)


def _write(node: object, put: Callable[[str], None]) -> None:
    """Give the text to `put`, in pieces: a generator that calls itself takes twice as long, and all of the harness is
    read. Empty fields are left out: Python versions differ in which there are."""
    if isinstance(node, ast.AST):
        put(f"({type(node).__name__}")
        for name in _telling(node._fields):
            value = getattr(node, name, None)
            kept = [item for item in value if not _is_silent(node, item)] if isinstance(value, list) else value
            if kept is not None and kept != []:
                put(f" {name}=")
                _write(kept, put)
        put(")")
    elif isinstance(node, list):
        put("[")
        for item in node:
            _write(item, put)
            put(",")
        put("]")
    else:
        put(repr(node))


@functools.cache
def _telling(names: tuple[str, ...]) -> list[str]:
    """Of the names of a node's fields those of fields that have a meaning, in the order of the alphabet."""
    return sorted(set(names) - set(_SILENT))


def _is_silent(parent: ast.AST, node: object) -> bool:
    """Whether `node` has no meaning: a docstring, or an empty piece of an f-string, which Python 3.12 alone has."""
    if isinstance(parent, ast.JoinedStr):
        return isinstance(node, ast.Constant) and node.value == ""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
