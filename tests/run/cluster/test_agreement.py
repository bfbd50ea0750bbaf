"""What must be the same on both sides of a cluster, and how many jobs a worker takes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from analogbench.registry import load
from analogbench.run.cluster.agreement import code_facts, code_on_disk, differences
from analogbench.run.cluster.host import Seats, passed_on, seats_of

RULE = """
from analogbench.api import Algorithm, SingleTileRule, hookimpl

class Mine(SingleTileRule):
    name = "mine"
    def update(self, state, x, d, lr): state.update(x, d, lr)

@hookimpl
def analogbench_algorithms(): return [Mine]
"""


def test_differences_name_what_is_not_as_here() -> None:
    here = {"torch": "2.11.0", "numba": "0.62", "the code of algorithm sgd": "aa", "Python": "3.11"}
    there = {"torch": "2.10.0", "the code of algorithm sgd": "bb", "Python": "3.11", "more": "1"}
    expected = ["torch 2.10.0 instead of 2.11.0", "numba is missing", "the code of algorithm sgd"]
    assert differences(here, there) == expected
    assert differences(here, here | {"more": "1"}) == []


def test_all_code_that_makes_numbers_is_compared() -> None:
    facts = code_facts(load())
    assert facts["Python"] == f"{sys.version_info[0]}.{sys.version_info[1]}"
    named = {"torch", "numba", "distributed", "analogbench"}
    named |= {f"the code of {name}" for name in ("analogbench/engine", "algorithm tiki-taka", "task least-squares")}
    assert named <= set(facts)


def test_a_worker_that_is_days_old_sees_what_was_edited_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(RULE)
    monkeypatch.setenv("ANALOGBENCH_PLUGINS", str(plugin))
    before = code_on_disk()
    assert differences(code_facts(load()), before) == []
    plugin.write_text(RULE + "EDITED = 1\n")
    assert differences(before, code_on_disk()) == ["the code of algorithm mine"]


def test_code_that_cannot_be_loaded_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALOGBENCH_PLUGINS", str(tmp_path / "gone.py"))
    with pytest.raises(RuntimeError, match=r"gone\.py"):
        code_on_disk()


@pytest.mark.parametrize(
    ("threads", "each", "devices", "seats"),
    [
        (4, 1, 0, Seats(4, 0)),
        (4, 2, 0, Seats(2, 0)),
        (1, 2, 0, Seats(1, 0)),
        (8, 1, 2, Seats(6, 2)),
        (1, 1, 1, Seats(0, 1)),
    ],
)
def test_a_gpu_takes_one_job_and_the_other_threads_take_the_rest(
    threads: int, each: int, devices: int, seats: Seats
) -> None:
    assert seats_of(threads, each, devices) == seats


def test_where_data_lie_is_passed_on_only_if_the_command_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALOGBENCH_DATA", "/data")
    monkeypatch.delenv("ANALOGBENCH_DATA_BY_OPTION", raising=False)
    assert "ANALOGBENCH_DATA" not in passed_on()
    monkeypatch.setenv("ANALOGBENCH_DATA_BY_OPTION", "1")
    assert passed_on()["ANALOGBENCH_DATA"] == "/data"
