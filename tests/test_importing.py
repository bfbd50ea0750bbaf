"""Imports without the search for garbage."""

import gc
import sys
from pathlib import Path

import pytest

from analogbench.importing import import_for_good


def _module(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> str:
    (folder / "imported_for_good.py").write_text(source)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "imported_for_good", raising=False)
    return "imported_for_good"


def test_what_is_imported_is_left_out_of_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = _module(tmp_path, monkeypatch, "import gc\nsearched = gc.isenabled()\nkept = [[] for _ in range(1000)]\n")
    module = import_for_good(name)
    assert not module.searched
    assert gc.isenabled()
    searched = {id(one) for one in gc.get_objects()}
    assert not any(id(one) in searched for one in module.kept)
    frozen = gc.get_freeze_count()
    assert import_for_good(name) is module
    assert gc.get_freeze_count() <= frozen  # only the first time


def test_a_broken_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = _module(tmp_path, monkeypatch, "1 / 0")
    with pytest.raises(ZeroDivisionError):
        import_for_good(name)
    assert gc.isenabled()


def test_a_search_that_somebody_has_switched_off_stays_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = _module(tmp_path, monkeypatch, "x = 1")
    gc.disable()
    try:
        assert import_for_good(name).x == 1
        assert not gc.isenabled()
    finally:
        gc.enable()
