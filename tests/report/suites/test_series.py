import pytest

from analogbench.grid.presentation import By, Figure, Series
from analogbench.grid.presentation_matching import members, settings
from analogbench.grid.suite import find_suite, suite_plan
from analogbench.records.record import Record
from analogbench.registry import load
from analogbench.report.suites.gather import gather
from analogbench.report.suites.lines import layout
from analogbench.report.suites.points import mixed_points
from analogbench.report.suites.series import names, value_text
from tests.report.conftest import MakeRecord
from tests.report.suites.conftest import CURVES, TAU, gathered_of, plan_of, suite_of


def named(by: By, records: list[Record]) -> list[str]:
    return names(by, settings(by.keys, gathered_of(records, suite_of()).cells))


def test_globs_and_parameters(make: MakeRecord) -> None:
    records = [make("tt", f"kit[how={how}]", "ls[lr=0.1]") for how in ("native", "composed")] + [make("tt-v2", "x")]
    cells = gathered_of(records, suite_of()).cells
    one = members(Series(label="n", algorithm="tt", where={"device.how": "native"}), cells)
    assert [cell.params["device.how"] for cell in one] == ["native"]
    assert len(members(Series(label="all", algorithm="tt*"), cells)) == 3
    assert len(members(Series(label="by task", where={"task": "ls"}), cells)) == 2
    assert len(members(Series(label="lacks", where={"device.how": "native", "task": "mnist"}), cells)) == 1


def test_one_key(make: MakeRecord) -> None:
    records = [make("a", f"d[tau={tau}]") for tau in (0.7, 2.0, 0.00001)] + [make()]
    assert named(By.model_validate(TAU), records) == ["τ = 0.7", "τ = 2", "τ = 1e-05"]
    assert named(By(keys=("task",)), records) == ["mnist"]
    assert named(By(keys=("task.nothing",)), records) == []


def test_of_several_keys_only_unusual_values_are_written(make: MakeRecord) -> None:
    pairs = [(1000, 0), (10, 0), (0, 0), (0, 10), (0, 20), (10, 20)]
    records = [make("a", "d", f"ls[init={init},steps={steps}]") for init, steps in pairs]
    by = By(keys=("task.init", "task.steps"), labels={"task.init": "init {}", "task.steps": "after {} steps"})
    usual = ["init 1000", "init 10", "init 0", "after 10 steps", "after 20 steps", "init 10, after 20 steps"]
    assert named(by, records) == usual
    bare = By(keys=("task.init", "task.steps"), label="[{}]")
    assert named(bare, records)[-1] == "[init = 10, steps = 20]"


def test_a_tie_goes_to_zero(make: MakeRecord) -> None:
    records = [make("a", "d", f"ls[init={init},steps={steps}]") for init, steps in ((5, 0), (0, 10))]
    assert named(By(keys=("task.init", "task.steps")), records) == ["init = 5", "steps = 10"]


def test_cells_without_a_key_belong_to_every_value(fig5: list[Record]) -> None:
    gathered = gathered_of(fig5, suite_of())
    panels = layout(Figure.model_validate(CURVES | {"by": None, "panels": TAU}), gathered)
    assert [panel.title for panel in panels.panels] == ["τ = 0.7", "τ = 0.8"]
    assert [line.series for line in panels.panels[0].lines] == ["Digital SGD", "Analog SGD", "Tiki-Taka"]
    by = layout(Figure.model_validate(CURVES), gathered)
    assert [line.name for line in by.lines][:3] == ["Digital SGD", "Analog SGD, τ = 0.7", "Analog SGD, τ = 0.8"]
    assert (by.series, by.values) == (("Digital SGD", "Analog SGD", "Tiki-Taka"), ("τ = 0.7", "τ = 0.8"))
    only = layout(Figure.model_validate(CURVES | {"series": ["Tiki-Taka"]}), gathered)
    assert only.series == ("Tiki-Taka",)


def test_keys_of_different_cells_make_no_extra_value(make: MakeRecord) -> None:
    records = [make("a[x=1]", "d[y=2]"), make("b", "d[y=2]"), make("c")]
    found = settings(("algorithm.x", "device.y"), gathered_of(records, suite_of()).cells)
    assert found == [{"algorithm.x": 1, "device.y": 2}]


@pytest.mark.parametrize(("value", "text"), [(0.7, "0.7"), (1000.0, "1000"), (None, "none"), (True, "True"), (3, "3")])
def test_value_text(value: float | None, text: str) -> None:
    assert value_text(value) == text


def test_newest_record_on_the_usual_data_counts(make: MakeRecord) -> None:
    old, new = make(value=0.1, end="2026-01-01", data="MNIST"), make(value=0.2, end="2026-01-02", data="MNIST")
    second = make(seed=1, end="2026-01-01", data="MNIST")
    other = make(value=0.3, end="2026-01-03", data="MNIST-5k")
    foreign = make("tiki-taka")
    found = gather(suite_of(), plan_of([old, second]), [new, old, other, second, foreign])
    assert [cell.record for cell in found.cells] == [new, second]
    assert (found.unused, found.data) == (1, ("MNIST",))


def test_a_cell_that_failed_before_it_had_data_counts(make: MakeRecord) -> None:
    records = [make(data="MNIST"), make(seed=1, status="oom", data="")]
    assert [cell.record for cell in gathered_of(records, suite_of()).cells] == records
    assert gathered_of(records[1:], suite_of()).cells[0].record == records[1]


def test_report_and_check_agree_on_the_installed_suites() -> None:
    registry = load()
    for name in registry.suites:
        suite = find_suite(registry, name)
        found = gather(suite, suite_plan(registry, suite), [])
        assert [point.name for figure in suite.figure for point in mixed_points(layout(figure, found))] == []
