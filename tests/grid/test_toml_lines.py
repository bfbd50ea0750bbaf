"""Where keys stand in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from analogbench.grid.toml_lines import KeyPath, line_at, lines_of

EVERYTHING = r'''# a comment with [brackets] and a = sign
title = "a # no comment, no \" end"
text = """
grid = 1
"quotes" and \""" stay inside"""""
raw = """
"""
literal = \'''
[table] 'it''s' \'''
"quoted = key".'and.dots' = 1979-05-27 07:32:00  # a date
a.b = { c = [1, { d = "}" }], "e" = [] }
empty = ""

[[grid]]
devices = [  # one
  "a]",

  "b",  # two
  ["c"],
]
[ grid . sub ]
x = 1

[[ grid ]] # again
tasks = []
[[grid.inner]]
[[grid.inner]]
y = 2
[late.early]
[late]
z.w = +inf'''.replace("\\'''", "'''")


def test_every_form_of_toml() -> None:
    found = lines_of(EVERYTHING)
    assert set(found) == set(_paths(tomllib.loads(EVERYTHING)))
    expected: dict[KeyPath, int] = {
        ("title",): 2,
        ("text",): 3,
        ("raw",): 6,
        ("literal",): 8,
        ("quoted = key", "and.dots"): 10,
        ("a", "b", "c", 1, "d"): 11,
        ("empty",): 12,
        ("grid",): 14,
        ("grid", 0): 14,
        ("grid", 0, "devices"): 15,
        ("grid", 0, "devices", 0): 16,
        ("grid", 0, "devices", 1): 18,
        ("grid", 0, "devices", 2, 0): 19,
        ("grid", 0, "sub"): 21,
        ("grid", 1): 24,
        ("grid", 1, "tasks"): 25,
        ("grid", 1, "inner"): 26,
        ("grid", 1, "inner", 1): 27,
        ("grid", 1, "inner", 1, "y"): 28,
        ("late",): 30,
        ("late", "early"): 29,
        ("late", "z", "w"): 31,
    }
    assert {path: found[path] for path in expected} == expected
    assert lines_of(EVERYTHING.replace("\n", "\r\n")) == found


def test_what_is_not_there_is_looked_for_around_it() -> None:
    text = "a = 1\n[[b]]\n[[b]]\nc = [\n1,\n]"
    lines: dict[KeyPath, int] = {("b", 1, "c", 0): 5, ("b", 1, "c", 7): 4, ("b", 1, "d"): 3, ("e",): 1, (): 1}
    assert {path: line_at(lines_of(text), path) for path in lines} == lines


KEYS = st.sampled_from(["a", "b_2", "7", "with space", "dot.ted", 'quo"te', "#", "é"])
GAPS = st.sampled_from(["", " ", "\n", ' # ], } and "\n', "\n\n\t"])
LEAVES = st.sampled_from(["1", '"a"', "'#'", '"""x\n[y]\n"""', "'''\n\n'''", "true", "1.5e3", "07:32:00"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    """A TOML text, and the line on which each of its keys and elements was written."""
    text = ""
    lines: dict[KeyPath, int] = {}

    def write(piece: str, path: KeyPath | None = None) -> None:
        nonlocal text
        if path is not None:
            lines.setdefault(path, text.count("\n") + 1)
        text += piece

    def value(path: KeyPath, depth: int) -> None:
        if depth == 0 or draw(st.booleans()):
            write(draw(LEAVES))
            return
        write("[")
        for number in range(draw(st.integers(0, 3))):
            write(("," if number else "") + draw(GAPS))
            write("", (*path, number))
            value((*path, number), depth - 1)
        write(draw(GAPS) + "]")

    def pairs(path: KeyPath) -> None:
        for key in draw(st.lists(KEYS, max_size=3, unique=True)):
            write(f"{_quoted(key)} = ", (*path, key))
            value((*path, key), 2)
            write(draw(st.sampled_from(["\n", " # a = 1\n", "\n\n"])))

    if draw(st.booleans()):
        write("[top]\n", ("top",))
        pairs(("top",))
    for name in draw(st.lists(st.sampled_from(["t1", "t 2", "t.3"]), unique=True)):
        for number in range(draw(st.integers(1, 3))):
            lines.setdefault((name,), text.count("\n") + 1)
            write(f"[[{_quoted(name)}]]\n", (name, number))
            pairs((name, number))
    return text, lines


def _quoted(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else '"' + key.replace('"', '\\"') + '"'


@settings(deadline=None)
@given(documents())
def test_every_key_of_a_random_document_is_found_where_it_was_written(document: tuple[str, dict[KeyPath, int]]) -> None:
    text, lines = document
    assert lines_of(text) == lines
    assert set(lines) == set(_paths(tomllib.loads(text)))


def _paths(content: Any, above: KeyPath = ()) -> Iterator[KeyPath]:
    steps = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for step, below in steps:
        yield (*above, step)
        yield from _paths(below, (*above, step))
