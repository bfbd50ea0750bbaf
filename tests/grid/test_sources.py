"""Digests of source code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analogbench.grid.sources import file_digest, module_digest, tree_digest

SOURCE = '''
"""A module."""
X = 1
"""What X is."""
def f(a: int, *, b=None, **c) -> str:
    """A function."""
    return f"{a!r:>{b}}" + u"text" if a else None
class Empty(Exception):
    """Nothing."""
'''


@pytest.fixture(autouse=True)
def fresh_digests() -> Iterator[None]:
    yield
    module_digest.cache_clear()
    file_digest.cache_clear()
    tree_digest.cache_clear()


def _digest(tmp_path: Path, source: str, name: str = "m.py") -> str:
    path = tmp_path / name
    path.write_text(source)
    file_digest.cache_clear()
    return file_digest(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A module", "The module"),
        ("What X is", "X"),
        ("A function", "f"),
        ("X = 1", "X  =  (1)  # one"),
        ('u"text"', "'text'"),
    ],
)
def test_what_has_no_meaning_does_not_count(tmp_path: Path, old: str, new: str) -> None:
    assert old in SOURCE
    assert _digest(tmp_path, SOURCE.replace(old, new)) == _digest(tmp_path, SOURCE)


@pytest.mark.parametrize(
    ("old", "new"),
    [("X = 1", "X = 1.0"), ('u"text"', 'b"text"'), ("else None", "else 0"), ("b=None", "b"), ("!r", "!s")],
)
def test_what_has_a_meaning_counts(tmp_path: Path, old: str, new: str) -> None:
    assert old in SOURCE
    assert _digest(tmp_path, SOURCE.replace(old, new)) != _digest(tmp_path, SOURCE)


def test_the_digest_is_the_same_on_every_version_of_python(tmp_path: Path) -> None:
    # Held as a literal: if a Python version changes it, published records would look stale there.
    assert _digest(tmp_path, SOURCE)[:16] == "921e980eccfc990e"


def test_what_is_not_python_is_digested_byte_by_byte(tmp_path: Path) -> None:
    assert _digest(tmp_path, "def", "broken.py") == _digest(tmp_path, "def", "compiled.so")


def test_a_tree_counts_contents_and_places(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "m.py").write_text("x = 1")
    first = tree_digest(tmp_path)
    (tmp_path / "a" / "notes.txt").write_text("no matter")
    tree_digest.cache_clear()
    assert tree_digest(tmp_path) == first
    (tmp_path / "a" / "m.py").rename(tmp_path / "m.py")
    tree_digest.cache_clear()
    assert tree_digest(tmp_path) != first


IMPORTS = {
    "pack/__init__.py": "",
    "pack/rule.py": "import torch\ndef f():\n    from . import near\n    from .sub.deep import x\n    import pack.far",
    "pack/near.py": "",
    "pack/far.py": "from pack.sub import side",
    "pack/sub/__init__.py": "from . import own",
    "pack/sub/own.py": "",
    "pack/sub/deep.py": "from ..up import y",
    "pack/sub/side.py": "from pack import rule",
    "pack/up.py": "",
    "pack/unused.py": "",
    "torch.py": "",
}


@pytest.mark.parametrize("changed", IMPORTS)
def test_a_module_counts_with_what_it_imports_from_its_package(tmp_path: Path, changed: str) -> None:
    for name, source in IMPORTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    before = module_digest("pack.rule", tmp_path / "pack" / "rule.py")
    with (tmp_path / changed).open("a") as file:
        file.write("\nx = 1")
    file_digest.cache_clear()
    module_digest.cache_clear()
    same = module_digest("pack.rule", tmp_path / "pack" / "rule.py") == before
    assert same == (changed in ("pack/unused.py", "torch.py"))
