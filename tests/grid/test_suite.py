"""Suites."""

from pathlib import Path

import pytest

from analogbench.errors import SelectionError, UnknownNameError
from analogbench.grid.suite import find_suite, load_suite, suite_plan
from analogbench.registry import Registry


def _suite(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


def test_a_suite_is_the_union_of_its_grids(registry: Registry) -> None:
    suite = find_suite(registry, "figure-1")
    assert (suite.name, suite.title, suite.seeds, suite.plot) == ("figure-1", "Figure 1", (0, 1), {"x": "device.tau"})
    found = suite_plan(registry, suite)
    assert len(found.cells) == 4  # the second grid adds nothing
    assert {(c.device.params["tau"], c.seed, c.budget) for c in found.cells} == {
        (tau, seed, "smoke") for tau in (1.0, 2.0) for seed in (0, 1)
    }
    assert {(c.seed, c.budget) for c in suite_plan(registry, suite, seeds=[7], budget="paper").cells} == {(7, "paper")}


def test_a_suite_can_be_a_file(registry: Registry, tmp_path: Path) -> None:
    path = _suite(tmp_path, 'title = "Mine"\nseeds = "3-4"\n[[grid]]\n')
    suite = find_suite(registry, str(path))
    assert (suite.seeds, suite.budget) == ((3, 4), "quick")
    found = suite_plan(registry, suite)
    assert found.unfit == ("half × numbers", "half-exact × soft")


def test_an_unknown_suite_gets_a_suggestion(registry: Registry) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'figure-1'"):
        find_suite(registry, "figure1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "Invalid value"),
        ("[[grid]]", "title: field required"),
        ("title = 't'", "grid: field required"),
        ("title = 't'\ngrid = []", "grid: tuple should have at least 1 item"),
        ("title = 't'\n[[grid]]\nalgorithm = ['a']", "grid.0.algorithm: extra inputs are not permitted"),
        ("title = 't'\nbudget = 'big'\n[[grid]]", "budget=big should be 'smoke', 'quick' or 'paper'"),
        ("title = 't'\nseeds = 0\n[[grid]]", "seeds: cannot read the seeds '0'"),
        ("title = 't'\nseeds = [-1]\n[[grid]]", "seeds.0=-1 should be greater than or equal to 0"),
        ("title = 't'\nname = 'other'\n[[grid]]", "name: the file's name is the suite's name"),
    ],
)
def test_a_wrong_suite_is_refused_in_one_line_that_names_the_file(tmp_path: Path, text: str, message: str) -> None:
    path = _suite(tmp_path, text)
    with pytest.raises(SelectionError) as caught:
        load_suite(path)
    assert str(caught.value).startswith(f"suite {path}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match=r"none.toml: No such file"):
        load_suite(tmp_path / "none.toml")


def test_a_wrong_selection_in_a_suite_names_the_file(registry: Registry, tmp_path: Path) -> None:
    suite = load_suite(_suite(tmp_path, "title = 't'\n[[grid]]\ntasks = ['lime']"))
    with pytest.raises(SelectionError, match=r"^suite mine.toml: unknown task 'lime'; did you mean 'line'"):
        suite_plan(registry, suite)
