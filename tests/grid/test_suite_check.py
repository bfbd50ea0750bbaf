"""What a suite says about its results, held against the plugins."""

import sys
from pathlib import Path

import pytest

from analogbench.errors import SelectionError
from analogbench.grid.suite import Suite, find_suite, load_suite, suite_plan
from analogbench.grid.suite_check import check_suite
from analogbench.registry import Registry, load

GOOD = """\
title = "Mine"
[[grid]]
algorithms = ['half']
devices = ['soft[tau=1,2]']
[[series]]
label = "Half"
algorithm = "ha*"
where = { "device.tau" = 2, "task" = "line" }
[[figure]]
kind = "sweep"
name = "tau"
over = "device.tau"
by = { keys = [
  "task.steps",
  "task"] }
panels.keys = ["algorithm.beta"]
[[published]]
title = "Table 1"
source = "A paper"
metric = "loss"
numbers = [
  { series = "Half", mean = 1 },
  { series = "Half", where = { "device.tau" = 2.0 }, mean = 3, sd = 0 },
]
"""


def _suite(tmp_path: Path, text: str) -> Suite:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return load_suite(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"device.tau" = 2, ', '"device.tua" = 2, ', "line 8, series 1, where: unknown parameter of the suite's cells "
         "'device.tua'; did you mean 'device.tau'? (choose from: device, device.dw_min, "),
        ('over = "device.tau"', 'over = "device.x"', "line 12, figure 1, over: unknown parameter"),
        ('"task.steps"', '"task.step"', "line 14, figure 1, by.keys: unknown parameter"),
        ("algorithm.beta", "algorithm.bet", "line 16, figure 1, panels.keys: unknown parameter"),
        ('{ "device.tau" = 2.0', '{ "device.y" = 2.0', "line 23, published 1, numbers 2, where: unknown parameter"),
        ('"ha*"', '"sgd"', "line 5, series 1: series 'Half' matches no cell of the suite"),
        ("= 2, ", "= 3, ", "line 5, series 1: series 'Half' matches no cell of the suite"),
        ("= 2.0", "= 1.0", "line 23, published 1, numbers 2: 3.0 of 'Half' matches no cell of the suite"),
    ],
)  # fmt: skip
def test_what_matches_nothing_is_told_with_file_line_and_key(
    registry: Registry, tmp_path: Path, old: str, new: str, message: str
) -> None:
    check_suite(registry, _suite(tmp_path, GOOD))
    assert old in GOOD
    with pytest.raises(SelectionError) as caught:
        check_suite(registry, _suite(tmp_path, GOOD.replace(old, new)))
    assert str(caught.value).startswith(f"suite {tmp_path / 'mine.toml'}, {message}")


def test_where_plugins_or_devices_are_missing_nothing_is_checked(fakes: Path, tmp_path: Path) -> None:
    wrong = _suite(tmp_path, GOOD.replace("ha*", "sgd").replace("soft[", "so*["))
    with pytest.raises(SelectionError, match="matches no cell"):
        check_suite(load(), wrong)
    check_suite(load(disabled=["rules"]), wrong)
    path = fakes / "fakes_arrays.py"
    absent = (
        "@classmethod\n    def unavailable(cls): return cls.name == 'soft' and 'no simulator' or ''\n    def build_tile"
    )
    path.write_text(path.read_text().replace("def build_tile", absent, 1))
    del sys.modules["fakes_arrays"]
    check_suite(load(), wrong)


def test_the_suites_that_come_with_analogbench_are_right() -> None:
    registry = load()
    assert {"exactness", "parity"} <= registry.suites.keys()
    for name in registry.suites:
        suite = find_suite(registry, name)
        assert suite_plan(registry, suite).cells
        check_suite(registry, suite)
