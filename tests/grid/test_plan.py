"""From selections to cells."""

import sys

import pytest

from analogbench.errors import SelectionError, UnknownNameError
from analogbench.grid.plan import parse_seeds, plan
from analogbench.registry import Registry, load


def test_everything_that_fits_is_planned_once(registry: Registry) -> None:
    found = plan(registry, [], [], ["line[steps=1,2]"], [0, 1, 1], "smoke")
    assert len(found.cells) == 2 * 2 * 2  # tasks, fitting pairs, seeds
    assert {(str(c.algorithm), str(c.device)) for c in found.cells} == {("half", "soft"), ("half-exact", "numbers")}
    assert found.unfit == ("half × numbers", "half-exact × soft")
    assert str(found.cells[0]) == "half-exact × numbers × line, smoke, seed 0"


def test_the_default_grid_is_not_all_there_is(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.device("numbers").value, "in_default_grid", False)
    assert {str(cell.device) for cell in plan(registry, [], [], [], [0], "smoke").cells} == {"soft"}
    assert {str(cell.device) for cell in plan(registry, [], ["*"], [], [0], "smoke").cells} == {"soft", "numbers"}


def test_what_cannot_be_used_here_is_left_out_unless_it_is_named(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry.device("numbers").value, "unavailable", classmethod(lambda cls: "no kit; get one"))
    for devices in ([], ["*"], ["soft,n*"]):
        found = plan(registry, [], devices, [], [0], "smoke")
        assert {str(cell.device) for cell in found.cells} == {"soft"}
        assert found.absent == ("numbers: no kit; get one",)
    named = plan(registry, [], ["numbers", "soft"], [], [0], "smoke")
    assert {str(cell.device) for cell in named.cells} == {"soft", "numbers"}
    assert named.absent == ()
    with pytest.raises(SelectionError, match="no device can be used here: numbers: no kit; get one"):
        plan(registry, [], ["n*"], [], [0], "smoke")


def test_nothing_to_run_is_an_error_that_says_why(registry: Registry) -> None:
    with pytest.raises(SelectionError, match=r"^nothing to run: these do not fit: half × numbers; half fits soft$"):
        plan(registry, ["half"], ["numbers"], [], [0], "smoke")
    with pytest.raises(SelectionError, match=r"^nothing to run: there is no seed$"):
        plan(registry, [], [], [], [], "smoke")


def test_an_unknown_budget_is_refused(registry: Registry) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'quick'"):
        plan(registry, [], [], [], [0], "quik")


def _stop(device: object) -> bool:
    raise RuntimeError("no\nfit")


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (_stop, "fits() raised RuntimeError: no fit"),
        (lambda device: sys.exit(), "fits() raised SystemExit"),
        (lambda device: "yes", "fits() returned an object of type str, not True or False"),
    ],
)
def test_a_rule_that_cannot_say_what_it_fits_is_left_out_alone(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, rule: object, why: str
) -> None:
    monkeypatch.setattr(registry.algorithm("half").value, "fits", rule)
    found = plan(registry, [], [], [], [0], "smoke")
    assert {(str(c.algorithm), str(c.device)) for c in found.cells} == {("half-exact", "numbers")}
    assert set(found.unfit) == {f"half × numbers: {why}", f"half × soft: {why}", "half-exact × soft"}


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("99999999999", "too many seeds in '99999999999': at most 10000"),
        ("0-99999999999", "too many seeds"),
        ("0-5000,0-5000", "too many seeds"),
        ("0,9223372036854775808", "seeds must be less than 2"),
    ],
)
def test_seeds_have_limits(text: str, message: str) -> None:
    with pytest.raises(SelectionError, match=message):
        parse_seeds(text)


def test_as_many_and_as_large_as_allowed() -> None:
    assert len(parse_seeds("10000")) == 10_000
    assert parse_seeds(f"{2**63 - 1}-{2**63 - 1}") == (2**63 - 1,)
