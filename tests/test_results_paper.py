"""What is published of the paper's figures: pages follow from the records, which show what the paper shows."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest

from analogbench.grid.suite import find_suite, suite_plan
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.registry import load
from analogbench.report.suites import write_suite_report

RESULTS = Path(__file__).parents[1] / "results" / "p24"
PUBLISHED = {
    # suite: budget, seeds
    "p24-fig1": ("paper", (0, 1, 2)),
    "p24-fig3": ("paper", (0, 1, 2)),
    "p24-fig4-tau": ("paper", (0, 1, 2)),
    "p24-fig4-sigma": ("paper", (0, 1, 2)),
    "p24-fig4-init": ("paper", (0, 1, 2)),
    "p24-fig5-fcn": ("paper", (0,)),
    "p24-fig5-cnn": ("quick", (0, 1, 2)),
    "p24-fig7": ("quick", (0, 1, 2)),
    "p24-table2": ("quick", (0,)),
}


@pytest.fixture(scope="module")
def records() -> list[Record]:
    found, problems = Store(RESULTS).load_all()
    assert not problems
    return found


def of(suite: str, records: list[Record]) -> list[Record]:
    """The records of a published suite."""
    registry = load()
    budget, seeds = PUBLISHED[suite]
    cells = suite_plan(registry, find_suite(registry, suite), seeds, budget).cells
    return [record for record in records if record.cell in cells]


def value(record: Record) -> float:
    assert record.value is not None
    return record.value


@pytest.mark.parametrize("suite", PUBLISHED)
def test_every_cell_is_there_and_made_from_a_clean_commit(suite: str, records: list[Record]) -> None:
    registry = load()
    budget, seeds = PUBLISHED[suite]
    made = of(suite, records)
    assert len(made) == len(suite_plan(registry, find_suite(registry, suite), seeds, budget).cells)
    assert {record.status for record in made} == {"ok"}
    assert {record.provenance["git"]["dirty"] for record in made} == {False}
    assert len({record.provenance["git"]["commit"] for record in made}) == 1


@pytest.mark.parametrize("suite", PUBLISHED)
def test_the_page_is_what_the_report_makes_of_the_records(suite: str, records: list[Record], tmp_path: Path) -> None:
    registry = load()
    budget, seeds = PUBLISHED[suite]
    found = find_suite(registry, suite)
    page, *others = write_suite_report(found, suite_plan(registry, found, seeds, budget), records, tmp_path)
    published = RESULTS / "suites"
    figures = [path for path in others if path.suffix in {".svg", ".png"}]
    for path in (page, *(set(others) - set(figures))):
        assert path.read_text("utf-8") == (published / path.name).read_text("utf-8"), path.name
    assert figures
    for figure in figures:
        assert (published / figure.name).stat().st_size > 5000


def test_figure_1_digital_error_falls_with_the_rate_and_analog_error_does_not(records: list[Record]) -> None:
    errors: dict[str, dict[float, list[float]]] = {"sgd": {}, "analog-sgd": {}}
    for record in of("p24-fig1", records):
        rates = errors[record.cell.algorithm.name]
        rates.setdefault(record.cell.task.params["lr"], []).append(value(record))
    digital, analog = ([fmean(rates[lr]) for lr in (0.2, 0.1, 0.05, 0.03)] for rates in errors.values())
    assert digital == sorted(digital, reverse=True)
    assert digital[-1] < digital[0] / 5
    assert max(analog) < 1.3 * min(analog)
    assert min(analog) > 20 * max(digital)


@pytest.mark.parametrize(
    ("suite", "key", "sign"), [("p24-fig4-tau", "tau", -1), ("p24-fig4-sigma", "w_noise", 1), ("p24-fig3", "tau", -1)]
)
def test_figures_3_and_4_have_the_papers_trends(suite: str, key: str, sign: int, records: list[Record]) -> None:
    errors: dict[float, list[float]] = {}
    for record in of(suite, records):
        params = record.cell.device.params
        if record.cell.device.name == "aihwkit-softbounds" and (suite != "p24-fig4-tau" or params["dw_min"] == 1e-4):
            errors.setdefault(params[key], []).append(value(record))
    means = [fmean(errors[place]) for place in sorted(errors, key=lambda place: sign * place)]
    assert len(means) >= 4
    assert means == sorted(means)


def test_figure_4_starts_end_at_one_error(records: list[Record]) -> None:
    last = [record.curve["error"][-1] for record in of("p24-fig4-init", records)]
    assert len(last) == 24
    assert max(last) < 1.1 * min(last)


def test_figure_5_headline(records: list[Record]) -> None:
    """At τ = 0.7 analog SGD does not train, Tiki-Taka does, close to digital SGD."""
    final = {}
    for record in of("p24-fig5-fcn", records):
        accuracy = fmean(record.curve["accuracy"][-5:])
        assert record.labels.data == "MNIST"
        assert len(record.curve["epoch"]) == 80
        final[record.cell.algorithm.name, record.cell.device.params.get("tau")] = 100 * accuracy
    assert final["analog-sgd", 0.7] == pytest.approx(11.35, abs=0.01)
    assert final["sgd", None] > 97.5
    for tau in (0.7, 0.78, 0.8):
        assert final["tiki-taka", tau] > 96.5
