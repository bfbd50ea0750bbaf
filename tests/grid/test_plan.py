"""From selections to cells."""

import pytest

from analogbench.errors import PluginError, SelectionError, UnknownNameError
from analogbench.grid.plan import parse_seeds, plan
from analogbench.registry import Registry, load


def test_everything_that_fits_is_planned_once(registry: Registry) -> None:
    found = plan(registry, [], [], ["line[steps=1,2]"], [0, 1, 1], "smoke")
    assert len(found.cells) == 2 * 2 * 2  # tasks, fitting pairs, seeds
    assert {(str(c.algorithm), str(c.device)) for c in found.cells} == {("half", "soft"), ("half-exact", "numbers")}
    assert found.unfit == ("half × numbers", "half-exact × soft")
    assert str(found.cells[0]) == "half-exact × numbers × line, smoke, seed 0"


def test_nothing_to_run_is_an_error_that_says_why(registry: Registry) -> None:
    with pytest.raises(SelectionError, match=r"^nothing to run: these do not fit: half × numbers$"):
        plan(registry, ["half"], ["numbers"], [], [0], "smoke")
    with pytest.raises(SelectionError, match=r"^nothing to run: there is no seed$"):
        plan(registry, [], [], [], [], "smoke")


def test_an_unknown_budget_is_refused(registry: Registry) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'quick'"):
        plan(registry, [], [], [], [0], "quik")


def test_a_rule_whose_fits_fails_is_named(fakes: object, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.algorithm("half").value, "fits", lambda device: 1 / 0)
    with pytest.raises(PluginError, match=r"algorithm half of plugin rules: fits\(\) raised ZeroDivisionError"):
        plan(registry, ["half"], [], [], [0], "smoke")


def test_without_plugins_nothing_can_be_selected(install: object) -> None:
    with pytest.raises(UnknownNameError, match="there is no algorithm"):
        plan(load(), [], [], [], [0], "smoke")


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("5", (0, 1, 2, 3, 4)), ("0,3,7", (0, 3, 7)), ("3-5", (3, 4, 5)), ("3-3", (3,)), ("0-1, 9,1", (0, 1, 9))],
)
def test_seeds(text: str, seeds: tuple[int, ...]) -> None:
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "0", "-1", "x", "1,,2", "5-3", "1.5"])
def test_wrong_seeds_are_refused(text: str) -> None:
    with pytest.raises(SelectionError, match="cannot read the seeds"):
        parse_seeds(text)
