"""A newcomer's algorithm, installed beside the wheel, is listed, run and ranked; a broken plugin stops nobody."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Environment

pytestmark = pytest.mark.e2e

NEW, ORIGIN = "analog-sign-sgd", "analogbench-sign-sgd 0.1.0"
GRID = (
    "-a",
    f"sgd,{NEW}",
    "-d",
    "digital,ideal-softbounds",
    "-t",
    "least-squares",
    "--budget",
    "smoke",
    "--seeds",
    "2",
)

Ran = tuple[subprocess.CompletedProcess[str], "Path"]


@pytest.fixture(scope="module")
def ran(installed: Environment, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The grid, run once: the process, and the folder of its results."""
    results = tmp_path_factory.mktemp("results")
    return installed.run("analogbench", "run", *GRID, "--target", "cpu", "--results", str(results)), results


def test_the_wheel_is_what_runs(installed: Environment) -> None:
    done = installed.run("python", "-c", "import analogbench; print(analogbench.__file__)")
    assert done.stdout.startswith(str(installed.site))


def test_its_own_tests_pass(installed: Environment, example: Path) -> None:
    done = installed.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(example))
    assert " passed" in done.stdout


def test_it_is_listed_with_its_distribution(installed: Environment) -> None:
    done = installed.run("analogbench", "list")
    assert re.search(rf"^{NEW} +sign-sgd +{ORIGIN} ", done.stdout, re.MULTILINE)
    assert done.stderr == ""


def test_its_plugin_is_loaded(installed: Environment) -> None:
    done = installed.run("analogbench", "plugins")
    assert re.search(rf"^sign-sgd +{ORIGIN} +ok +algorithm {NEW}$", done.stdout, re.MULTILINE)
    everything = json.loads(installed.run("analogbench", "plugins", "--json").stdout)
    states = {plugin["name"]: plugin["state"] for plugin in everything}
    assert states.pop("tensorboard") in {"ok", "unavailable"}  # it needs an extra
    assert set(states.values()) == {"ok"}


def test_it_is_a_row_of_the_leaderboard(ran: Ran) -> None:
    done, results = ran
    row = re.search(rf"^ +2 +{NEW} +ideal-softbounds +([\d.e-]+) .* 2 +0/2$", done.stdout, re.MULTILINE)
    assert row, done.stdout
    assert 0 < float(row[1]) < 0.005  # untrained, the error is 0.011
    assert "4 cells: 4 ok" in done.stdout
    assert re.search(rf"^\| +2 \| {NEW} +\| ideal-softbounds ", (results / "leaderboard.md").read_text(), re.MULTILINE)


def test_its_records_say_where_it_came_from(ran: Ran) -> None:
    _, results = ran
    texts = [path.read_text() for path in (results / "records").rglob("*.json")]
    assert len(texts) == 4
    assert sum("analogbench-sign-sgd" in text for text in texts) >= 2


def test_the_same_command_again_trains_nothing_and_prints_the_same(installed: Environment, ran: Ran) -> None:
    first, results = ran
    records = {path: path.stat().st_mtime_ns for path in (results / "records").rglob("*.json")}
    again = installed.run("analogbench", "run", *GRID, "--target", "cpu", "--results", str(results))
    assert "4 recorded already, 0 to run" in again.stderr
    assert again.stdout == first.stdout
    assert {path: path.stat().st_mtime_ns for path in (results / "records").rglob("*.json")} == records


def test_report_prints_the_same_leaderboard(installed: Environment, ran: Ran) -> None:
    first, results = ran
    done = installed.run("analogbench", "report", "--results", str(results))
    table = first.stdout.partition("4 cells: 4 ok")[0].strip()
    assert table in done.stdout


def test_a_broken_plugin_is_named_with_its_reason(broken: Environment) -> None:
    done = broken.run("analogbench", "plugins")
    row = r"^broken +broken-plugin 0\.3 +quarantined +OSError: its table is missing$"
    assert re.search(row, done.stdout, re.MULTILINE), done.stdout
    assert re.search(rf"^sign-sgd +{ORIGIN} +ok ", done.stdout, re.MULTILINE)


def test_a_run_goes_on_beside_a_broken_plugin(broken: Environment, tmp_path: Path) -> None:
    selection = ("-a", NEW, "-d", "ideal-softbounds", "-t", "least-squares", "--budget", "smoke", "--seeds", "1")
    done = broken.run("analogbench", "run", *selection, "--no-report", "--target", "cpu", "--results", str(tmp_path))
    assert re.search("^1 cells?: 1 ok$", done.stdout, re.MULTILINE)
    assert "broken" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plugin_can_be_switched_off(installed: Environment) -> None:
    listed = installed.run("analogbench", "list", "algorithms", ANALOGBENCH_DISABLE="sign-sgd")
    assert NEW not in listed.stdout
    assert "tiki-taka" in listed.stdout
    done = installed.run("analogbench", "run", "-a", NEW, "--dry-run", code=2, ANALOGBENCH_DISABLE="sign-sgd")
    assert f"unknown algorithm '{NEW}'" in done.stderr
    assert done.stderr.count("\n") == 1
