"""What is published in `results/` follows from its records, and says what the paper's theorem says."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from analogbench_plugins.parity.runs import WAYS, read_runs

from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.report.write import write_report

ROOT = Path(__file__).parents[1]
PUBLISHED = ("quick", "exactness", "longer", "parity")

TEXTS = {".md", ".csv", ".tex", ".txt", ".html", ".json"}

PROTOTYPE = {
    # lr: digital SGD, analog SGD (τ = 1, 2), Tiki-Taka (τ = 1, 2); loss / D of a plain-torch prototype
    0.03: (8.3e-5, 1.0e-3, 4.3e-4, 6.5e-4, 1.2e-3),
    0.01: (2.9e-5, 9.0e-4, 3.3e-4, 2.7e-4, 5.3e-4),
    0.003: (1.3e-5, 9.5e-4, 3.6e-4, 8.5e-5, 1.4e-4),
    0.001: (8.8e-6, 9.4e-4, 3.4e-4, 2.5e-5, 4.7e-5),
}
COLUMNS = (("sgd", None), ("analog-sgd", 1.0), ("analog-sgd", 2.0), ("tiki-taka", 1.0), ("tiki-taka", 2.0))


def records(name: str) -> list[Record]:
    found, problems = Store(ROOT / "results" / name).load_all()
    assert not problems
    return found


def exactness() -> dict[float, tuple[float, ...]]:
    """lr → mean errors in the order of COLUMNS."""
    errors = defaultdict(list)
    for record in records("exactness"):
        cell = record.cell
        assert record.value is not None
        errors[cell.task.params["lr"], cell.algorithm.name, cell.device.params.get("tau")].append(record.value)
    return {lr: tuple(sum(e := errors[lr, *column]) / len(e) for column in COLUMNS) for lr in PROTOTYPE}


@pytest.mark.parametrize("name", PUBLISHED)
def test_tables_are_what_the_report_makes_of_the_records(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    for record in records(name):
        Store(folder).save(record)
    write_report(folder)
    made = {
        path.relative_to(folder) for path in folder.rglob("*") if path.suffix in TEXTS and "records" not in path.parts
    }
    assert made
    for path in made:
        assert (folder / path).read_text("utf-8") == (ROOT / "results" / name / path).read_text("utf-8"), path


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_cell_is_there_and_made_from_a_clean_commit(name: str) -> None:
    made = records(name)
    assert len(made) == {"quick": 114, "exactness": 160, "longer": 6, "parity": 200}[name]
    assert {record.status for record in made} == {"ok"}
    assert {record.provenance["git"]["dirty"] for record in made} == {False}
    assert len({record.provenance["git"]["commit"] for record in made}) == 1


def test_the_suite_reproduces_the_prototype() -> None:
    for lr, row in exactness().items():
        assert row == pytest.approx(PROTOTYPE[lr], rel=0.25), lr


def test_analog_sgd_has_a_floor_and_the_others_have_none() -> None:
    errors = exactness()
    sgd, analog_1, analog_2, tiki_1, tiki_2 = (list(column) for column in zip(*errors.values(), strict=True))
    for floor in (analog_1, analog_2):
        assert max(floor) < 1.3 * min(floor)
    for falling in (sgd, tiki_1, tiki_2):
        assert falling == sorted(falling, reverse=True)
        assert falling[-1] < falling[0] / 5


def test_the_readme_quotes_the_records() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (0\.0\d+), \d+ \|(.*)\|$", readme, re.MULTILINE)
    quoted = {float(lr): tuple(float(number) for number in cells.split("|")) for lr, cells in rows}
    assert quoted.keys() == PROTOTYPE.keys()
    for lr, row in exactness().items():
        assert quoted[lr] == tuple(float(f"{value:.1e}") for value in row)


def test_whole_runs_agree_with_aihwkit() -> None:
    results = read_runs(ROOT / "results" / "parity")
    assert len(results) == 2 * 2 * 5  # tasks, algorithms, response families
    assert {way for r in results for way in r.values} == set(WAYS)
    for r in results:
        assert not r.failed, f"{r.algorithm} × {r.device} × {r.task}: p = {r.p:.2g}, {r.values}"


def test_aihwkits_records_say_what_they_are() -> None:
    made = [record for name in ("quick", "parity") for record in records(name)]
    for record in made:
        on_kit = record.cell.device.name.startswith("aihwkit-")
        assert record.reproducible != on_kit
        assert record.replicas == 1 or not on_kit
        native = on_kit and record.cell.algorithm.name == "tiki-taka"
        asked = record.cell.device.params.get("implementation") or ("native" if native else "composed")
        assert record.implementation == asked
        assert (record.pulses is None) == (asked == "native")
