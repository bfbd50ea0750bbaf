"""What a suite says about its results, held against the plugins."""

import sys
from pathlib import Path

import pytest

from analogbench.errors import SelectionError
from analogbench.grid.suite import Suite, find_suite, load_suite, suite_plan
from analogbench.grid.suite_check import check_suite
from analogbench.grid.suite_columns import undeclared
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
        (
            '"device.tau" = 2, ',
            "",
            "line 22, published 1, numbers 1: 1.0 of 'Half' matches several settings: device.tau = 1.0, 2.0; choose "
            "one of them with `where`, here or in the series",
        ),
        (
            "soft[tau=1,2]",
            "soft[tau=2,dw_min=0.1,0.2]",
            "line 22, published 1, numbers 1: 1.0 of 'Half' matches several settings: device.dw_min = 0.1, 0.2; choose",
        ),
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


FIGURE = """\
title = "Mine"
[[grid]]
algorithms = ['half[beta=0.5,1]', 'half[every=2,3,4,5,6]']
devices = ['soft[tau=1,2]']
[[series]]
label = "Half"
where = { "algorithm.every" = 1 }
[[series]]
label = "All"
[[figure]]
name = "it"
series = ["Half"]
"""


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ("kind = 'curves'", "a line of series 'Half' would be a mean over several settings: algorithm.beta = 0.5, 1.0; "
         "device.tau = 1.0, 2.0; tell them apart with `by` or `panels`, or with a series for each, by `where`"),
        ("kind = 'curves'\nby.keys = ['algorithm.beta']", "a line of series 'Half' would be a mean over several "
         "settings: "
         "device.tau = 1.0, 2.0;"),
        ("kind = 'curves'\nby.keys = ['algorithm.beta', 'device.tau']", ""),
        ("kind = 'histogram'\nby.keys = ['device.tau']", "an outline of series 'Half' would be a mean over"),
        ("kind = 'histogram'\nby.keys = ['device.tau']\npanels.keys = ['algorithm.beta']", ""),
        ("kind = 'sweep'\nover = 'device.tau'", "a point of series 'Half' would be a mean over several settings: "
         "algorithm.beta = 0.5, 1.0; tell them apart with `by`, `panels` or `over`, or with"),
        ("kind = 'sweep'\nover = 'device.tau'\npanels.keys = ['algorithm.beta']", ""),
        ("kind = 'bars'\nby.keys = ['algorithm.beta']", "a bar of series 'Half' would be a mean over several settings"),
        ("kind = 'bars'\nover = 'device.tau'\nby.keys = ['algorithm.beta']", ""),
        ("kind = 'bars'\nover = 'device.tau'\nby.keys = ['algorithm.beta']\nseries = []", "a bar of series 'All' "
         "would be a mean over several settings: algorithm.every = 1, 2, 3, 4, …;"),
    ],
)  # fmt: skip
def test_what_a_figure_draws_stands_for_one_setting(
    registry: Registry, tmp_path: Path, spec: str, problem: str
) -> None:
    text = FIGURE.replace('series = ["Half"]\n', "") if "series" in spec else FIGURE
    suite = _suite(tmp_path, text + spec)
    if not problem:
        check_suite(registry, suite)
        return
    with pytest.raises(SelectionError) as caught:
        check_suite(registry, suite)
    assert str(caught.value).startswith(f"suite {suite.path}, line 10, figure 1: {problem}")


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("reference = 'soft'\nbaseline = 'half'", ""),
        ("reference = 'sotf'", "line 26, bench.reference: unknown device 'sotf'; did you mean 'soft'?"),
        (
            "baseline = 'half'\nreference = 'soft[tau=1,2]'",
            "line 27, bench.reference: the reference 'soft[tau=1,2]' stands for 2 devices; name one",
        ),
        (
            "baseline = 'half-exact'",
            "line 26, bench.baseline: unknown algorithm of the cells 'half-exact'; choose from: half",
        ),
    ],
)
def test_what_the_benchmark_compares_with_is_there(
    registry: Registry, tmp_path: Path, table: str, problem: str
) -> None:
    suite = _suite(tmp_path, f"{GOOD.rstrip()}\n[bench]\n{table}\n")
    if not problem:
        check_suite(registry, suite)
        return
    with pytest.raises(SelectionError) as caught:
        check_suite(registry, suite)
    assert str(caught.value).startswith(f"suite {suite.path}, {problem}")


def test_an_unknown_key_of_the_benchmark_is_told(tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="line 26, bench: unknown key 'referense'; did you mean 'reference'"):
        _suite(tmp_path, f"{GOOD.rstrip()}\n[bench]\nreferense = 'soft'\n")


def test_what_no_task_declares_is_told(registry: Registry, tmp_path: Path) -> None:
    text = GOOD.replace('name = "tau"', 'name = "tau"\nvalue = "nosuch"').replace('metric = "loss"', 'metric = "lost"')
    suite = _suite(tmp_path, text)
    assert list(undeclared(registry, suite, suite_plan(registry, suite))) == [
        f"suite {suite.path}, line 12, figure 1, value: no task of the suite declares 'nosuch'; they declare: loss "
        "(and train_loss); the figure may stay empty",
        f"suite {suite.path}, line 21, published 1, metric: no task of the suite declares 'lost'; they declare: loss "
        "(and train_loss); the table may stay empty",
    ]
    suite = _suite(tmp_path, GOOD)
    (missing,) = undeclared(registry, suite, suite_plan(registry, suite))
    assert ", line 9, figure 1: the key 'value' is missing, so the figure will be empty; they declare: loss" in missing
    suite = _suite(tmp_path, text.replace("nosuch", "train_loss").replace("lost", "loss"))
    assert list(undeclared(registry, suite, suite_plan(registry, suite))) == []


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
