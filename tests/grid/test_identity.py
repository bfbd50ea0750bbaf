"""What changes a cell's identity, and what does not."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from analogbench.errors import ParameterError, PluginError
from analogbench.grid.cell import Cell
from analogbench.grid.identity import identity
from analogbench.grid.plan import plan
from analogbench.grid.sources import file_digest, module_digest, tree_digest
from analogbench.registry import Registry, load


@pytest.fixture(autouse=True)
def fresh_digests() -> Iterator[None]:
    yield
    file_digest.cache_clear()
    module_digest.cache_clear()
    tree_digest.cache_clear()


def _cell(registry: Registry, algorithm: str = "half", device: str = "soft", seed: int = 0) -> Cell:
    return plan(registry, [algorithm], [device], [], [seed], "smoke").cells[0]


def _edited(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    file_digest.cache_clear()
    module_digest.cache_clear()
    tree_digest.cache_clear()


def test_every_part_of_the_spec_counts(registry: Registry) -> None:
    cells = [
        _cell(registry),
        _cell(registry, "half[beta=0.5]"),
        _cell(registry, device="soft[tau=2]"),
        _cell(registry, seed=1),
    ]
    cells.append(cells[0].model_copy(update={"budget": "paper"}))
    found = [identity(cell, registry) for cell in cells]
    assert len(set(found)) == len(found)
    assert found[0] == identity(_cell(registry), registry)
    assert len(bytes.fromhex(found[0])) == 32


def test_a_number_is_the_same_written_as_integer_or_float(registry: Registry) -> None:
    cell = _cell(registry)
    part = cell.device.model_copy(update={"params": {**cell.device.params, "tau": 1}})
    assert identity(cell.model_copy(update={"device": part}), registry) == identity(cell, registry)


def test_the_source_of_a_plugin_counts_but_not_its_comments(registry: Registry, fakes: Path) -> None:
    cell, path = _cell(registry), fakes / "fakes_rules.py"
    before = identity(cell, registry)
    _edited(path, '"""Half a rule.', '# a comment\n    """Half of a rule.')
    assert identity(cell, registry) == before
    _edited(path, "le=2", "le=3")
    assert identity(cell, registry) != before


def test_what_a_plugin_imports_from_its_own_package_counts(fakes: Path) -> None:
    (fakes / "pack").mkdir()
    (fakes / "pack" / "rules.py").write_text(
        (fakes / "fakes_rules.py").read_text() + "def late():\n    from pack import helper"
    )
    (fakes / "pack" / "helper.py").write_text("x = 1\n")
    points = fakes / "fakes-1.5.dist-info" / "entry_points.txt"
    points.write_text(points.read_text().replace("fakes_rules", "pack.rules"))
    registry = load()
    before = identity(_cell(registry), registry)
    _edited(fakes / "pack" / "helper.py", "x = 1", "x = 2")
    assert identity(_cell(registry), registry) != before


def test_the_version_of_a_third_party_counts(registry: Registry, fakes: Path) -> None:
    before = identity(_cell(registry), registry)
    _edited(fakes / "fakes-1.5.dist-info" / "METADATA", "Version: 1.5", "Version: 1.6")
    again = load()
    assert identity(_cell(again), again) != before


def test_a_record_of_an_older_plugin_is_refused(registry: Registry) -> None:
    cell = _cell(registry)
    part = cell.device.model_copy(update={"params": {"tau": -1}})
    with pytest.raises(ParameterError, match="soft: tau=-1"):
        identity(cell.model_copy(update={"device": part}), registry)


def test_a_class_without_a_source_is_refused(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "fakes_arrays")
    with pytest.raises(PluginError, match="plugin arrays: the source of soft cannot be found"):
        identity(_cell(registry), registry)
