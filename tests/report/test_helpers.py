"""Processes that draw besides this one."""

import importlib
import os
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from analogbench.cli.main import main
from analogbench.records.record import Record
from analogbench.records.store import Store
from analogbench.report.frame import cell_frame, curve_frame, newest
from analogbench.report.helpers import FEW_RECORDS, Helpers, helpers_for
from analogbench.report.plots import write_plots


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What helpers can import."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("helped")


@pytest.fixture
def one(work: ModuleType) -> Iterator[Helpers]:
    """One helper, that has imported everything."""
    with Helpers(1) as helpers:
        for _ in range(300):
            if len(set(helpers.map(work.process, range(20)))) == 2:
                break
        yield helpers


def test_both_work_and_the_order_is_kept(one: Helpers, work: ModuleType) -> None:
    assert len(set(one.map(work.process, range(20)))) == 2
    assert one.map(work.slow, [3, 1, 2, 0]) == [3, 1, 2, 0]


def test_nobody_has_more_in_hand_than_one(one: Helpers, work: ModuleType) -> None:
    """While one process is busy for long, the other does all that is left."""
    done = one.map(work.long_first, range(12))
    assert len(set(done[1:])) == 1
    assert done[0] != done[1]


def test_files_do_not_depend_on_helpers(one: Helpers, grid: list[Record], tmp_path: Path) -> None:
    kept = newest(grid)
    weights = {record.identity: record for record in grid}
    alone, helped = (
        write_plots(cell_frame(kept), curve_frame(kept), tmp_path / folder, None, weights, helpers)
        for folder, helpers in (("alone", None), ("helped", one))
    )
    assert [path.name for path in helped] == [path.name for path in alone]
    assert [path.read_bytes() for path in helped] == [path.read_bytes() for path in alone]


def test_what_goes_wrong_is_raised(one: Helpers, work: ModuleType) -> None:
    with pytest.raises(OSError, match="no space"):
        one.map(work.fail, range(3))


def test_a_helper_that_is_killed_costs_nothing(one: Helpers, work: ModuleType) -> None:
    assert set(one.map(work.die_elsewhere, [os.getpid()] * 5)) == {os.getpid()}
    assert set(one.map(work.process, range(5))) == {os.getpid()}


def test_ctrl_c_ends_them(work: ModuleType) -> None:
    resource_tracker.ensure_running()  # stays, for whoever comes next
    before = set(psutil.Process().children())
    with pytest.raises(KeyboardInterrupt), Helpers(2) as helpers:
        started = set(psutil.Process().children()) - before
        helpers.map(work.interrupt, [os.getpid()] * 9)
    assert len(started) == 2
    assert not any(process.is_running() for process in started)


def test_the_command_draws_the_same_with_helpers(
    grid: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    for folder, few in (("alone", len(grid)), ("helped", 0)):
        monkeypatch.setattr("analogbench.report.helpers.FEW_RECORDS", few)
        monkeypatch.setattr("analogbench.report.helpers.available_cores", lambda: 2)
        for record in grid:
            Store(tmp_path / folder).save(record)
        assert main(["report", "--results", str(tmp_path / folder)]) == 0
        files = sorted((tmp_path / folder / "plots").iterdir())
        drawn.append({path.name: path.read_bytes() for path in files})
    assert len(drawn[0]) > 4
    assert drawn[0] == drawn[1]


def test_few_records_are_drawn_without(work: ModuleType) -> None:
    with helpers_for(FEW_RECORDS) as helpers:
        assert set(helpers.map(work.process, range(5))) == {os.getpid()}
